import { SyncRequestError, type SyncService } from '../records/sync-service.ts'

const refuse = (): Promise<never> =>
  Promise.reject(
    new SyncRequestError('NOT_FOUND', 'this server keeps no records: it was started without a schema (REJOIN_SCHEMA)'),
  )

/** Stands for the service where there is no schema. */
export const noRecords: SyncService = { sync: refuse, changes: refuse, list: refuse, get: refuse, apply: refuse, follow: refuse }
