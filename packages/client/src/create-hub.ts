import type { Schema } from '@rejoin/core'
import { z } from 'zod'
import { SyncTelemetry } from './activity/sync-telemetry.ts'
import type { RecordsClientOptions } from './client.ts'
import type { ConnectivityDetector } from './connectivity/connectivity-detector.ts'
import { withRefound } from './connectivity/refound-signals.ts'
import { watchedTransport } from './connectivity/watched-transport.ts'
import { documentsUrl } from './connection/document-url.ts'
import { alwaysOnline, browserSignals } from './connection/online-signals.ts'
import { priorityRuleSchema, priorityThresholdsSchema } from './outbox/priority.ts'
import { retryScheduleSchema } from './outbox/retry-schedule.ts'
import { createMemoryRecordDatabase } from './record-database/memory-record-database.ts'
import { uuidV7 } from './record-database/uuid-v7.ts'
import { createMemoryScopeRegistry } from './scope/memory-scope-registry.ts'
import type { RecordSettings, SessionHost } from './scope/record-session.ts'
import { RecordsHub } from './scope/records-hub.ts'
import { alwaysAwake, browserPageLife } from './sync/page-life.ts'
import { browserQuietMoments } from './sync/quiet-moments.ts'
import { noStealableLocks } from './sync/stealable-locks.ts'
import { openHostChannel, openHostDatabase, openHostRegistry } from './host-databases.ts'
import { hostDevices } from './host-devices.ts'
import { hostLocks } from './host-locks.ts'
import { hostTime, idRandom } from './host-time.ts'
import { createHostReplayer, createHostTransport } from './host-transport.ts'

/** The records half of a client. */
export function createHub(options: RecordsClientOptions<Schema>, detector: ConnectivityDetector): RecordsHub {
  const { url, app = 'rejoin', auth, schema, sync = 'enabled', settings = {} } = options
  const hasWindow = typeof window !== 'undefined'
  return new RecordsHub(
    {
      ...hostTime,
      ...(typeof indexedDB === 'undefined' ? lonelyDatabases() : sharedDatabases()),
      schema,
      settings: checkSettings(settings),
      app,
      serverOrigin: new URL(documentsUrl(url)).origin,
      isEnabledAtFirst: sync === 'enabled',
      createTransport: (owner) => watchedTransport(createHostTransport(url, owner?.getToken), detector),
      createReplayer: (owner) => createHostReplayer(owner?.getToken),
      signals: withRefound(hasWindow ? browserSignals(window) : alwaysOnline, detector),
      pageLife: hasWindow ? browserPageLife(window) : alwaysAwake,
      connectivity: detector,
      quietMoments: hasWindow ? browserQuietMoments(window) : undefined,
      deviceHost: hostDevices(url),
      idRandom,
      yieldToHost,
      createObservers: () => [new SyncTelemetry()],
    },
    auth,
  )
}

const settingsSchema = z.object({
  priorityRules: priorityRuleSchema.array().optional(),
  priorityThresholds: priorityThresholdsSchema.optional(),
  retries: retryScheduleSchema.optional(),
  retriesByEntity: z.record(z.string(), retryScheduleSchema).optional(),
})

/** Settings come from configuration: points or delays that are no number would make changes that are never sent. */
function checkSettings(settings: RecordSettings): RecordSettings {
  const check = settingsSchema.safeParse(settings)
  if (!check.success) throw new TypeError(`settings: ${z.prettifyError(check.error)}`)
  return settings
}

type Databases = Pick<SessionHost, 'registry' | 'openDatabase' | 'openChannel' | 'locks'>

/** Shared with the other tabs, so they are talked to. */
function sharedDatabases(): Databases {
  return { registry: openHostRegistry(), openDatabase: openHostDatabase, openChannel: openHostChannel, locks: hostLocks() }
}

/** In memory: nobody else has them. */
function lonelyDatabases(): Databases {
  return {
    registry: createMemoryScopeRegistry(() => uuidV7(hostTime.clock.now(), idRandom)),
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
