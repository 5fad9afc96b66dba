import type { Clock, Schema } from '@rejoin/core'
import type { Identity } from '../auth/identity.ts'
import type { Digest } from './digest.ts'
import { entityOf } from './entity-of.ts'
import { isoTime, parseIsoTime } from './iso-time.ts'
import type { RecordStore, StoredRecord } from './record-store.ts'
import type { FeedReader, RecordsFeed } from './records-feed.ts'
import { SyncRequestError, type RestRow, type SyncService } from './sync-service.ts'

export interface RecordsQueriesOptions {
  readonly schema: Schema
  readonly store: RecordStore
  readonly digest: Digest
  readonly feed: RecordsFeed
  readonly readerOf: (identity: Identity) => FeedReader
  readonly changesMax: number
  readonly clock: Clock
}

const serverIdCharacters = 22

/** Reading without pushing. */
export function createRecordsQueries(options: RecordsQueriesOptions): Pick<SyncService, 'changes' | 'list' | 'get'> {
  const { schema, store, digest, feed, readerOf, changesMax, clock } = options
  const limitOf = (limit: number): number => Math.max(1, Math.min(limit, changesMax))
  const restRowOf = (row: Omit<RestRow, 'id' | 'serverId'>, tenant: string): RestRow => {
    const place = JSON.stringify([tenant, row.entityType, row.recordId])
    return { id: row.recordId, serverId: digest.hash(place).slice(0, serverIdCharacters), ...row }
  }
  const assertReadable = ({ rights }: FeedReader, entityType: string): void => {
    if (entityOf(schema, entityType) === undefined) throw new SyncRequestError('NOT_FOUND', 'there is no such entity')
    if (!rights.canReadEntity(entityType)) throw new SyncRequestError('FORBIDDEN', `records of ${entityType} may not be read`)
  }
  return {
    async changes(identity, { checkpoint, limit }) {
      const records = store.tenant(identity.tenant)
      const read = (afterSeq: number) => records.changes({ afterSeq, limit: limitOf(limit) })
      const page = await feed.page(readerOf(identity), checkpoint, { read })
      return feed.changesResponse(page)
    },

    async list(identity, { entityType, since, limit }) {
      const reader = readerOf(identity)
      assertReadable(reader, entityType)
      const records = store.tenant(identity.tenant)
      const sinceMs = since === undefined ? undefined : parseIsoTime(since)
      const read = (afterSeq: number) =>
        sinceMs === undefined
          ? records.changes({ afterSeq, limit: limitOf(limit), entityType })
          : records.changedSince({ entityType, since: sinceMs, limit: limitOf(limit) })
      const page = await feed.page(reader, sinceMs === undefined ? since : undefined, { entityType, read })
      const { rows, checkpoint, hasMore, resyncRequired } = page
      return {
        records: rows.map((row) => restRowOf(row, identity.tenant)),
        checkpoint,
        hasMore,
        serverTime: isoTime(clock.now()),
        ...(resyncRequired !== undefined && { resyncRequired }),
      }
    },

    async get(identity, key) {
      const { rights } = readerOf(identity)
      if (!rights.canReadEntity(key.entityType)) return undefined
      const record: StoredRecord | undefined = await store.tenant(identity.tenant).get(key)
      const row = record && rights.visibleRow(record)
      return row && restRowOf(row, identity.tenant)
    },
  }
}
