import './zod-without-eval.ts'
import type { Schema } from '@rejoin/core'
import { checkRoutes } from './captured-requests/check-routes.ts'
import type { Client, ClientOptions, RecordsClient, RecordsClientOptions } from './client.ts'
import type { ConnectivityDetector } from './connectivity/connectivity-detector.ts'
import { withRefound } from './connectivity/refound-signals.ts'
import { followTold } from './connectivity/told-traffic.ts'
import { watchedSocket } from './connectivity/watched-socket.ts'
import { documentsUrl } from './connection/document-url.ts'
import { alwaysOnline, browserSignals } from './connection/online-signals.ts'
import { createConnectivity } from './create-connectivity.ts'
import { createHub } from './create-hub.ts'
import { createHostRequests } from './host/host-requests.ts'
import { createHostScenes } from './host/host-scenes.ts'
import { attachedPersistence } from './documents/attached-keeper.ts'
import { DocumentClient, type DocumentClientParts } from './documents/document-client.ts'
import type { Persistence } from './documents/document-keeper.ts'
import { hubConditions } from './scope/hub-conditions.ts'
import { hubSync } from './scope/hub-sync.ts'
import { documentHold } from './settings/document-hold.ts'
import { databaseNameFor } from './store/database-name.ts'
import { importYIndexedDb } from './store/import-y-indexeddb.ts'
import { createIndexedDbDocumentStore } from './store/indexed-db-document-store.ts'
import { createMemoryDocumentStore } from './store/memory-document-store.ts'
import { createYIndexedDbPersistence } from './store/y-indexeddb-persistence.ts'
import { noLocks } from './tabs/locks-like.ts'
import { hostLocks } from './host/host-locks.ts'
import { hostTime } from './host/host-time.ts'
import { withConnectivity } from './with-connectivity.ts'
import { withRecords } from './with-records.ts'
import './zod-as-before.ts'

const { clock, random, scheduler } = hostTime

/**
 * A client in a browser, a worker or Node, with records where a schema is given. Without IndexedDB (plain Node) everything is kept in memory
 * and `isOnDevice` stays `false`. Throws where `url` is not the address of a server, or a priority rule or a route of `requests` is none.
 */
export function createClient<const Own extends Schema>(options: RecordsClientOptions<Own>): RecordsClient<Own>
export function createClient(options: ClientOptions): Client
export function createClient(options: ClientOptions | RecordsClientOptions<Schema>): Client {
  if ('schema' in options && options.requests !== undefined) checkRoutes(options.requests.routes)
  const detector = createConnectivity(options.url, () => client.isOnline && hub?.isEnabled !== false)
  // First: it is what may find fault with the options.
  const hub = 'schema' in options ? createHub(options, detector, () => documents.uploadNow()) : undefined
  if (hub !== undefined) followTold(hubSync(hub), detector)
  const background = hub && {
    uploadsMax: () => hub.maximumConcurrentOperations,
    uploadHold: documentHold(hubConditions(hub, detector)),
  }
  const documents = createDocumentClient(options, detector, background)
  const client = withConnectivity(documents, detector)
  return hub === undefined || !('schema' in options)
    ? client
    : withRecords(
        {
          client,
          requests: createHostRequests(options, hub),
          scenes: createHostScenes(options, { documents: client.documents, hub }),
        },
        hub,
        options.schema,
      )
}

function createDocumentClient(
  { url, app = 'rejoin', auth, persistence = 'managed' }: ClientOptions,
  detector: ConnectivityDetector,
  background: Pick<DocumentClientParts, 'uploadsMax' | 'uploadHold'> | undefined,
): DocumentClient {
  const serverUrl = documentsUrl(url)
  const { tenant, user } = auth ?? { tenant: 'default', user: 'anonymous' }
  const databaseName = databaseNameFor({ app, tenant, user, serverOrigin: new URL(serverUrl).origin })
  return new DocumentClient({
    host: {
      url: serverUrl,
      getToken: auth === undefined ? undefined : () => auth.getToken(),
      openWebSocket: (address, protocols) => watchedSocket(new WebSocket(address, [...protocols]), detector),
      clock,
      random,
      scheduler,
    },
    ...(typeof indexedDB === 'undefined' ? lonelyStore() : sharedStore(databaseName)),
    ...(persistence === 'y-indexeddb' && { persistence: plainPersistence() }),
    signals: withRefound(typeof window === 'undefined' ? alwaysOnline : browserSignals(window), detector),
    databaseName,
    ...background,
    sender: randomId(),
  })
}

type StoreParts = Pick<DocumentClientParts, 'store' | 'importYIndexedDb' | 'isDurable' | 'locks' | 'channel'>

/** Shared with the other tabs, so they are talked to. */
function sharedStore(databaseName: string): StoreParts {
  const store = createIndexedDbDocumentStore({ databaseName, clock })
  return {
    store,
    importYIndexedDb: (source, documentName) => importYIndexedDb(source, store, { documentName }),
    isDurable: true,
    locks: hostLocks(),
    channel: typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(databaseName),
  }
}

/** In memory: nobody else has it. */
function lonelyStore(): StoreParts {
  return {
    store: createMemoryDocumentStore({ clock }),
    importYIndexedDb: () => Promise.resolve('nothing'),
    isDurable: false,
    locks: noLocks,
    channel: undefined,
  }
}

/** Where y-indexeddb apps have their documents: each in a database of its name. */
function plainPersistence(): Persistence {
  return attachedPersistence(createYIndexedDbPersistence())
}

/** Unlike `randomUUID`, to be had on plain-http origins too. */
function randomId(): string {
  return [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join('-')
}
