import type { Schema } from '@rejoin/core'
import { z } from 'zod'
import { SyncTelemetry } from './activity/sync-telemetry.ts'
import type { RecordsClientOptions } from './client.ts'
import type { ConnectivityDetector } from './connectivity/connectivity-detector.ts'
import { withRefound } from './connectivity/refound-signals.ts'
import { watchedTransport } from './connectivity/watched-transport.ts'
import { documentsUrl } from './connection/document-url.ts'
import { WorkerDeputy, type WorkerDeputyParts } from './engine-worker/worker-deputy.ts'
import { alwaysOnline, browserSignals } from './connection/online-signals.ts'
import { priorityRuleSchema, priorityThresholdsSchema } from './outbox/priority.ts'
import { retryScheduleSchema } from './outbox/retry-schedule.ts'
import { createMemoryRecordDatabase } from './record-database/memory-record-database.ts'
import { uuidV7 } from './record-database/uuid-v7.ts'
import { createMemoryScopeRegistry } from './scope/memory-scope-registry.ts'
import type { SessionHost } from './scope/record-session.ts'
import type { RecordSettings } from './scope/record-settings.ts'
import { RecordsHub } from './scope/records-hub.ts'
import { alwaysAwake, browserPageLife } from './sync/page-life.ts'
import { browserQuietMoments } from './sync/quiet-moments.ts'
import { noStealableLocks } from './sync/stealable-locks.ts'
import { openHostChannel, openHostDatabase, openHostRegistry } from './host/host-databases.ts'
import { hostDevices } from './host/host-devices.ts'
import { hostLocks } from './host/host-locks.ts'
import { hostTime, idRandom } from './host/host-time.ts'
import { createHostReplayer, createHostTransport } from './host/host-transport.ts'
import { yieldToHost } from './host/host-yield.ts'

/** The records half of a client. */
export function createHub(
  options: RecordsClientOptions<Schema>,
  detector: ConnectivityDetector,
  onSyncNow: () => void,
): RecordsHub {
  const { url, app = 'rejoin', auth, schema, sync = 'enabled', settings = {}, worker } = options
  const hasWindow = typeof window !== 'undefined'
  const page: PageParts = {
    signals: withRefound(hasWindow ? browserSignals(window) : alwaysOnline, detector),
    pageLife: hasWindow ? browserPageLife(window) : alwaysAwake,
    connectivity: detector,
  }
  const canShare = typeof indexedDB !== 'undefined'
  const isEnabledAtFirst = sync === 'enabled'
  return new RecordsHub(
    {
      ...hostTime,
      ...(canShare ? sharedDatabases() : lonelyDatabases()),
      schema,
      settings: checkSettings(settings),
      app,
      serverOrigin: new URL(documentsUrl(url)).origin,
      isEnabledAtFirst,
      createTransport: (owner) => watchedTransport(createHostTransport(url, owner?.getToken), detector),
      createReplayer: (owner) => createHostReplayer(owner?.getToken),
      ...page,
      quietMoments: hasWindow ? browserQuietMoments(window) : undefined,
      onSyncNow,
      deviceHost: hostDevices(url),
      idRandom,
      yieldToHost,
      createObservers: () => [new SyncTelemetry()],
      createDeputy:
        worker && canShare && 'locks' in navigator
          ? workerDeputies(worker, { url, isEnabledAtFirst, settings }, page)
          : undefined,
    },
    auth,
  )
}

type PageParts = Pick<SessionHost, 'signals' | 'pageLife' | 'connectivity'>

/** Another thread drains: each session is an order of its own for the worker. */
function workerDeputies(
  worker: WorkerDeputyParts['worker'],
  order: Pick<WorkerDeputyParts['order'], 'url' | 'isEnabledAtFirst' | 'settings'>,
  page: PageParts,
): NonNullable<SessionHost['createDeputy']> {
  return ({ databaseName, owner, getToken, observer }) =>
    new WorkerDeputy({
      ...page,
      worker,
      order: { ...order, databaseName, owner, lifeLock: `${databaseName}/worker/${uuidV7(hostTime.clock.now(), idRandom)}` },
      page: { getToken, observer },
      locks: hostLocks(),
    })
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
