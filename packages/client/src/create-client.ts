import type { Clock, Random, Scheduler } from '@rejoin/core'
import type { Client, ClientOptions } from './client.ts'
import { documentsUrl } from './connection/document-url.ts'
import { alwaysOnline, browserSignals } from './connection/online-signals.ts'
import { attachedPersistence } from './documents/attached-keeper.ts'
import { DocumentClient, type DocumentClientParts } from './documents/document-client.ts'
import type { Persistence } from './documents/document-keeper.ts'
import { databaseNameFor } from './store/database-name.ts'
import { createIndexedDbDocumentStore } from './store/indexed-db-document-store.ts'
import { createMemoryDocumentStore } from './store/memory-document-store.ts'
import { createYIndexedDbPersistence } from './store/y-indexeddb-persistence.ts'
import { noLocks, type LocksLike } from './tabs/locks-like.ts'

const clock: Clock = { now: () => Date.now() }
const random: Random = { next: () => Math.random() }
const scheduler: Scheduler = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs)
    return () => clearTimeout(timer)
  },
}

/**
 * A client in a browser, a worker or Node. Without IndexedDB (plain Node) documents are kept in memory and `isOnDevice` stays `false`.
 * Throws where `url` is not the address of a server.
 */
export function createClient({ url, app = 'rejoin', auth, persistence = 'managed' }: ClientOptions): Client {
  const serverUrl = documentsUrl(url)
  const { tenant, user } = auth ?? { tenant: 'default', user: 'anonymous' }
  const databaseName = databaseNameFor({ app, tenant, user, serverOrigin: new URL(serverUrl).origin })
  return new DocumentClient({
    host: {
      url: serverUrl,
      getToken: auth === undefined ? undefined : () => auth.getToken(),
      openWebSocket: (address, protocols) => new WebSocket(address, [...protocols]),
      clock,
      random,
      scheduler,
    },
    ...(typeof indexedDB === 'undefined' ? lonelyStore() : sharedStore(databaseName)),
    ...(persistence === 'y-indexeddb' && { persistence: plainPersistence(databaseName) }),
    signals: typeof window === 'undefined' ? alwaysOnline : browserSignals(window),
    databaseName,
    sender: crypto.randomUUID(),
  })
}

type StoreParts = Pick<DocumentClientParts, 'store' | 'isDurable' | 'locks' | 'channel'>

/** Shared with the other tabs, so they are talked to. */
function sharedStore(databaseName: string): StoreParts {
  return {
    store: createIndexedDbDocumentStore({ databaseName, clock }),
    isDurable: true,
    locks: typeof navigator !== 'undefined' && 'locks' in navigator ? webLocks(navigator.locks) : noLocks,
    channel: typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(databaseName),
  }
}

/** In memory: nobody else has it. */
function lonelyStore(): StoreParts {
  return { store: createMemoryDocumentStore({ clock }), isDurable: false, locks: noLocks, channel: undefined }
}

function plainPersistence(databaseName: string): Persistence {
  return attachedPersistence(createYIndexedDbPersistence({ databaseNameOf: (name) => `${databaseName}/documents/${name}` }))
}

function webLocks(locks: LockManager): LocksLike {
  return { request: (name, options, work) => locks.request(name, options, work) }
}
