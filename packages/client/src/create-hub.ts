import type { Clock, Random, Scheduler, Schema } from '@rejoin/core'
import { z } from 'zod'
import type { RecordsClientOptions } from './client.ts'
import { documentsUrl } from './connection/document-url.ts'
import { alwaysOnline, browserSignals } from './connection/online-signals.ts'
import { priorityRuleSchema } from './outbox/priority.ts'
import { createIndexedDbRecordDatabase } from './record-database/indexed-db-record-database.ts'
import { createMemoryRecordDatabase } from './record-database/memory-record-database.ts'
import { uuidV7 } from './record-database/uuid-v7.ts'
import { createIndexedDbScopeRegistry } from './scope/indexed-db-scope-registry.ts'
import { createMemoryScopeRegistry } from './scope/memory-scope-registry.ts'
import type { RecordSettings, SessionHost } from './scope/record-session.ts'
import { RecordsHub } from './scope/records-hub.ts'
import { createHttpTransport } from './sync/http-transport.ts'
import { alwaysAwake, browserPageLife } from './sync/page-life.ts'
import { noStealableLocks } from './sync/stealable-locks.ts'
import { hostLocks } from './host-locks.ts'

export interface HostTime {
  readonly clock: Clock
  readonly random: Random
  readonly scheduler: Scheduler
}

/** Whose records are where: one small database for all apps of the origin. */
const registryName = 'rejoin/scopes'

const idRandom: Random = { next: () => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32 }

/** The records half of a client. */
export function createHub(options: RecordsClientOptions<Schema>, time: HostTime): RecordsHub {
  const { url, app = 'rejoin', auth, schema, sync = 'enabled', settings = {} } = options
  const hasWindow = typeof window !== 'undefined'
  return new RecordsHub(
    {
      ...time,
      ...(typeof indexedDB === 'undefined' ? lonelyDatabases(time) : sharedDatabases(time)),
      schema,
      settings: checkSettings(settings),
      app,
      serverOrigin: new URL(documentsUrl(url)).origin,
      isEnabledAtFirst: sync === 'enabled',
      createTransport: (owner) =>
        createHttpTransport({
          ...time,
          url,
          getToken: owner?.getToken,
          fetch: (address, init) => fetch(address, init),
          openWebSocket: (address, protocols) => new WebSocket(address, [...protocols]),
          makeGzip: typeof CompressionStream === 'undefined' ? undefined : () => new CompressionStream('gzip'),
        }),
      signals: hasWindow ? browserSignals(window) : alwaysOnline,
      pageLife: hasWindow ? browserPageLife(window) : alwaysAwake,
      idRandom,
      yieldToHost,
    },
    auth,
  )
}

/** Rules come from configuration: points that are no number would make changes that are never sent. */
function checkSettings(settings: RecordSettings): RecordSettings {
  const check = priorityRuleSchema.array().optional().safeParse(settings.priorityRules)
  if (!check.success) throw new TypeError(`settings.priorityRules: ${z.prettifyError(check.error)}`)
  return settings
}

type Databases = Pick<SessionHost, 'registry' | 'openDatabase' | 'openChannel' | 'locks'>

/** Shared with the other tabs, so they are talked to. */
function sharedDatabases({ clock, scheduler }: HostTime): Databases {
  return {
    registry: createIndexedDbScopeRegistry({ databaseName: registryName, clock, makeId: () => uuidV7(clock.now(), idRandom) }),
    openDatabase: (databaseName) => createIndexedDbRecordDatabase({ databaseName, clock, scheduler }),
    openChannel: (name) => (typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel(name)),
    locks: hostLocks(),
  }
}

/** In memory: nobody else has them. */
function lonelyDatabases({ clock }: HostTime): Databases {
  return {
    registry: createMemoryScopeRegistry(() => uuidV7(clock.now(), idRandom)),
    openDatabase: () => createMemoryRecordDatabase(),
    openChannel: () => undefined,
    locks: noStealableLocks,
  }
}

/** A task of its own, without the delay that nested timers have. */
function yieldToHost(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}
