import { syncLimits, type Clock, type ChangesResponse, type SyncResponse } from '@rejoin/core'
import { toIsoTime } from '../record-database/iso-time.ts'
import { clockSampleOf } from './clock-sample-of.ts'
import type { RunTally } from './run-meter.ts'
import type { CountedOutbox, PageFacts, SyncFact, SyncWork } from './sync-event.ts'
import type { SyncStore } from './sync-store.ts'
import type { SyncTransport, TransportReply } from './sync-transport.ts'

export interface WorkContext {
  readonly store: SyncStore
  readonly transport: SyncTransport
  readonly fence: number
  /** Stamped on operations when they are first sent. */
  readonly tenantId: string
  /** The device's clock as it is. */
  readonly clock: Clock
  readonly readCounts: () => Promise<CountedOutbox>
  /** For whoever wants to know what was done; decides nothing. */
  readonly tally: (done: RunTally) => void
}

/** Carries out one piece of work and says how it ended. Rejects where the local database fails. */
export async function performWork(context: WorkContext, workId: number, work: SyncWork): Promise<SyncFact> {
  const { store, fence } = context
  switch (work.type) {
    case 'count':
      return { type: 'outboxCounted', workId, ...(await context.readCounts()) }
    case 'revive':
      await store.reviveFailed(fence)
      return { type: 'outboxCounted', workId, ...(await context.readCounts()) }
    case 'setAside':
      await setAside(context, work.blame)
      return { type: 'outboxCounted', workId, ...(await context.readCounts()) }
    case 'push':
      return push(context, workId, work)
    case 'pull':
      return pull(context, workId)
    case 'beginResync':
      await store.beginResync(fence)
      return { type: 'resyncBegun', workId }
    case 'pullResync':
      return pullResync(context, workId, work.after)
    case 'renewToken':
      return renewToken(context, workId)
  }
}

async function push(context: WorkContext, workId: number, work: Extract<SyncWork, { readonly type: 'push' }>): Promise<SyncFact> {
  const { store, transport, fence, tenantId, clock } = context
  const { limits, atMost } = work
  const batch = await store.takeBatch(fence, { now: clock.now(), limits, atMost, tenantId })
  if (batch.operations.length === 0) return { type: 'nothingWasSendable', workId, ...(await context.readCounts()) }
  const { deviceId, ackedThrough, checkpoint, operations } = batch
  const sentAt = toIsoTime(clock.now())
  const reply = await transport.push({ checkpoint, deviceId, sentAt, ackedThrough, operations })
  if (reply.type !== 'answered') {
    return {
      type: 'requestFailed',
      workId,
      failure: reply,
      operationIds: operations.map(({ operationId }) => operationId),
    }
  }
  await noteTime(context, reply)
  const { settled, conflicts, attempts } = await store.settle(fence, batch, reply.body, clock.now())
  // The changes are taken only if the stored checkpoint was still the batch's.
  const isApplied = reply.body.checkpoint !== undefined && (await store.checkpoint()) === reply.body.checkpoint
  context.tally({ items: settled, conflicts, attempts, received: isApplied ? reply.body.changes.length : 0 })
  return {
    type: 'pushSettled',
    workId,
    page: { ...pageFactsOf(reply.body), isApplied },
    settledCount: settled,
    limits: reply.body.limits,
    ...(await context.readCounts()),
  }
}

async function pull(context: WorkContext, workId: number): Promise<SyncFact> {
  const { store, transport, fence, clock } = context
  const after = await store.checkpoint()
  const reply = await transport.pull({ checkpoint: after, limit: syncLimits.changesMax })
  if (reply.type !== 'answered') return { type: 'requestFailed', workId, failure: reply, operationIds: [] }
  await noteTime(context, reply)
  const isWhole = reply.body.resyncRequired === undefined
  const isApplied = isWhole && (await store.applyChanges(fence, after, reply.body, clock.now()))
  if (isApplied) context.tally({ received: reply.body.changes.length })
  return { type: 'changesPulled', workId, page: { ...pageFactsOf(reply.body), isApplied }, ...(await context.readCounts()) }
}

async function pullResync(context: WorkContext, workId: number, after: string | undefined): Promise<SyncFact> {
  const { store, transport, fence, clock } = context
  const reply = await transport.pull({ checkpoint: after, limit: syncLimits.changesMax })
  if (reply.type !== 'answered') return { type: 'requestFailed', workId, failure: reply, operationIds: [] }
  await noteTime(context, reply)
  const { checkpoint, hasMore, resyncRequired } = reply.body
  if (resyncRequired !== undefined || checkpoint === undefined) return { type: 'resyncRefused', workId }
  // A first page that was applied, and not heard of, may be of another life of the database: it is cleared away.
  if (after === undefined) await store.beginResync(fence)
  await store.applyResyncPage(fence, reply.body)
  context.tally({ received: reply.body.changes.length })
  const { lastSeq } = pageFactsOf(reply.body)
  if (hasMore) return { type: 'resyncPageApplied', workId, next: checkpoint, lastSeq }
  await store.finishResync(fence, checkpoint, clock.now())
  return { type: 'resyncPageApplied', workId, next: undefined, lastSeq }
}

async function renewToken({ transport }: WorkContext, workId: number): Promise<SyncFact> {
  const outcome = await transport.renewToken()
  return outcome.type === 'renewed'
    ? { type: 'tokenRenewed', workId }
    : { type: 'tokenNotRenewed', workId, message: outcome.message }
}

async function setAside(
  { store, fence, clock, tally }: WorkContext,
  { operationIds, code, message }: Extract<SyncWork, { readonly type: 'setAside' }>['blame'],
): Promise<void> {
  const now = clock.now()
  const attempts =
    code === 'INTERNAL'
      ? await store.noteFailedAttempt(fence, operationIds, { message, now })
      : await store.quarantine(fence, operationIds, { code, message, now })
  tally({ attempts })
}

/** A page without a checkpoint and without a reason for it leaves this device where it was. */
function pageFactsOf({
  hasMore,
  changes,
  checkpoint,
  resyncRequired,
}: ChangesResponse | SyncResponse): Omit<PageFacts, 'isApplied'> {
  return { hasMore: hasMore || checkpoint === undefined, lastSeq: changes.at(-1)?.seq, resyncRequired }
}

async function noteTime(
  { clock, store }: WorkContext,
  { body, roundTripMs }: Extract<TransportReply<ChangesResponse>, { readonly type: 'answered' }>,
): Promise<void> {
  await store.noteClockSample(clockSampleOf({ serverTime: body.serverTime, roundTripMs, receivedAt: clock.now() }))
}
