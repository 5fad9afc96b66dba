import {
  charactersOf,
  syncLimits,
  type Clock,
  type OperationResult,
  type Scheduler,
  type Schema,
  type SyncRequest,
  type SyncResponse,
} from '@rejoin/core'
import type { Identity } from '../auth/identity.ts'
import type { Digest } from './digest.ts'
import type { JudgedOperation } from './judged-operation.ts'
import type { Overlay } from './overlay.ts'
import { prepareOperations } from './prepare-operation.ts'
import { RecordRights } from './record-rights.ts'
import { createRecordsQueries } from './records-queries.ts'
import type { RecordStore } from './record-store.ts'
import { RecordsFeed, type FeedReader } from './records-feed.ts'
import { summarize } from './summarize.ts'
import type { ServerHooks, SyncService } from './sync-service.ts'
import { TenantRooms } from './tenant-rooms.ts'

export interface SyncProblem {
  readonly tenant: string
  readonly error: unknown
}

export interface SyncProcessorOptions {
  readonly schema: Schema
  readonly store: RecordStore
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly digest: Digest
  readonly hooks?: ServerHooks
  /** Time that only goes forward, ms. */
  readonly elapsedMs: () => number
  /** Something of the server's own failed (a hook, a rule of the schema); nobody else is told. */
  readonly report: (problem: SyncProblem) => void
  /** What is announced to clients and held to. */
  readonly limits?: Partial<SyncResponse['limits']>
}

/** Rows of others that come back with a push: a device that pushes much should not be held up by what it can pull. */
const pushedChangesMax = 100

/** The record half of the server, whatever the transport and the store. */
export function createSyncProcessor(options: SyncProcessorOptions): SyncService {
  const { schema, store, clock, scheduler, digest, report, elapsedMs, hooks = {} } = options
  const limits: SyncResponse['limits'] = { ...defaultLimits, ...options.limits }
  const feed = new RecordsFeed({ schema, store, digest, clock })
  const rooms = new TenantRooms({ schema, store, clock, scheduler, elapsedMs, hooks, report })
  const readerOf = (identity: Identity): FeedReader => {
    const { tenant } = identity
    return { identity, rights: new RecordRights(schema, identity, ({ error }) => report({ tenant, error })) }
  }
  const rulesFor = ({ identity, rights }: FeedReader) => ({
    schema,
    digest,
    ...limits,
    rights,
    report: (error: unknown) => report({ tenant: identity.tenant, error }),
  })

  return {
    async sync(identity: Identity, request: SyncRequest): Promise<SyncResponse> {
      const startedMs = elapsedMs()
      const reader = readerOf(identity)
      const { rights } = reader
      const { deviceId, ackedThrough, checkpoint } = request
      const operations = prepareOperations(request.operations, { ...rulesFor(reader), deviceId, entityType: undefined })
      const { judged, overlay } = await rooms.push(identity.tenant, { rights, deviceId, ackedThrough, operations })
      const read = (afterSeq: number) =>
        operations.length === 0
          ? store.tenant(identity.tenant).changes({ afterSeq, limit: limits.changesMax })
          : rooms.changesAfterPush(identity.tenant, { afterSeq, limit: Math.min(limits.changesMax, pushedChangesMax), overlay })
      const page = await feed.page(reader, checkpoint, { read })
      return {
        results: resultsOf(judged, overlay, reader),
        ...feed.changesResponse(page),
        limits,
        summary: summarize(operations, judged, { durationMs: elapsedMs() - startedMs, now: clock.now() }),
      }
    },

    async apply(identity, entityType, raw) {
      const reader = readerOf(identity)
      const { rights } = reader
      const operations = prepareOperations(raw, { ...rulesFor(reader), deviceId: undefined, entityType })
      const pushed = await rooms.push(identity.tenant, { rights, deviceId: undefined, ackedThrough: 0, operations })
      return resultsOf(pushed.judged, pushed.overlay, reader)
    },

    follow: (identity, listener) => rooms.follow(identity.tenant, listener),

    ...createRecordsQueries({ schema, store, digest, feed, readerOf, clock, changesMax: limits.changesMax }),
  }
}

const defaultLimits: SyncResponse['limits'] = {
  operationsMax: syncLimits.operationsMax,
  requestBytesMax: syncLimits.requestBytesMax,
  operationBytesMax: syncLimits.operationBytesMax,
  changesMax: syncLimits.changesMax,
}

/** Records that come with the results of one request, in characters: five hundred small changes of one large record would be an answer of hundreds of MB. */
const statesCharactersMax = 4_000_000

/** With each result the record as it is now, wherever it exists and may be read; what would make the answer too large comes with the feed alone. */
function resultsOf(judged: readonly JudgedOperation[], overlay: Overlay, { rights }: FeedReader): OperationResult[] {
  let charactersLeft = statesCharactersMax
  return judged.map(({ result, key }) => {
    const record = key && overlay.get(key)
    const serverState = record && charactersLeft > 0 ? rights.visibleRow(record) : undefined
    if (serverState === undefined) return result
    charactersLeft -= charactersOf(serverState.fields)
    return { ...result, serverState }
  })
}
