import type { Clock, Scheduler, Schema } from '@rejoin/core'
import type { Log } from './http/create-log.ts'
import { measureCommits } from './records/measure-commits.ts'
import { createRecordCounters, type RecordCounters } from './records/record-counters.ts'
import type { RecordStore } from './records/record-store.ts'
import { createSyncProcessor } from './records/sync-processor.ts'
import type { ServerHooks, SyncService } from './records/sync-service.ts'
import { systemDigest } from './system-digest.ts'

export interface RecordsOptions {
  /** The application's records. Without it the routes of records answer 404. */
  readonly schema?: Schema
  /** The application's own rules for its records. */
  readonly hooks?: ServerHooks
  /** Instead of the one that is made of `schema` and `hooks`. */
  readonly syncService?: SyncService
}

export interface Records {
  /** `undefined` where there is no schema. */
  readonly service: SyncService | undefined
  readonly counters: RecordCounters
}

interface RecordsParts {
  readonly store: RecordStore | undefined
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly log: Log
}

export function createRecords(
  { schema, hooks, syncService }: RecordsOptions,
  { store, clock, scheduler, log }: RecordsParts,
): Records {
  const counters = createRecordCounters()
  if (syncService !== undefined) return { service: syncService, counters }
  if (schema === undefined) return { service: undefined, counters }
  if (store === undefined) throw new Error('a schema wants a recordStore beside a store of your own')
  const elapsedMs = () => performance.now()
  const service = createSyncProcessor({
    schema,
    store: measureCommits(store, counters, elapsedMs),
    clock,
    scheduler,
    digest: systemDigest,
    ...(hooks !== undefined && { hooks }),
    elapsedMs,
    report: ({ tenant, error }) => log.error({ tenant, err: error }, 'records need a look'),
  })
  return { service, counters }
}
