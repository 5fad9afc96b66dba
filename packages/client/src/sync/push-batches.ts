import { resultCodeTable, type OperationResult, type SyncResponse } from '@rejoin/core'
import { toIsoTime } from '../record-database/iso-time.ts'
import { noteTime, pageFactsOf } from './answer-facts.ts'
import type { CountedOutbox, NotCounted, SyncFact, SyncWork } from './sync-event.ts'
import type { OutboxBatch } from './sync-store.ts'
import type { TransportReply } from './sync-transport.ts'
import type { WorkContext } from './work-context.ts'

type PushWork = Extract<SyncWork, { readonly type: 'push' }>
type Reply = TransportReply<SyncResponse>
type Answer = Extract<Reply, { readonly type: 'answered' }>

/**
 * Pushes one batch after the other. While a request is out the next batch is chosen, and leaves as soon as the answer is there, if the machine
 * says so; the answer is settled while it is on its way, before anything else is settled. One request is out at a time. What was chosen and did
 * not leave is sent with the next push, as everything that may have been sent.
 */
export async function pushBatches(context: WorkContext, workId: number, work: PushWork): Promise<SyncFact> {
  const { store, fence, tenantId, clock } = context
  const { limits, atMost, heldBelow } = work
  let batch = await store.takeBatch(fence, { now: clock.now(), limits, atMost, heldBelow, tenantId })
  if (batch.operations.length === 0 || !context.isWanted(workId)) {
    return { type: 'nothingWasSendable', workId, ...(await context.readCounts()) }
  }
  let reply = send(context, batch)
  let choosing = chooseNext(context, work, batch)
  for (let isFirst = true; ; isFirst = false) {
    const [next, answer] = [await choosing, await reply]
    if (answer.type !== 'answered') return requestFailed(workId, answer, batch)
    const { checkpoint } = answer.body
    const isGoingOn = next !== undefined && mayBeFollowed(answer.body, batch, work) && context.mayGoOn(workId)
    // What follows builds on this answer: its changes are only taken where this one's were.
    const following = isGoingOn ? { ...next, checkpoint } : undefined
    if (following !== undefined) reply = send(context, following)
    const settling = settle(context, { workId, batch, answer, isFirst, isGoingOn })
    // Its turn in the database comes after that of the answer.
    if (following !== undefined) choosing = chooseNext(context, work, following)
    const settled = await settling
    if (following === undefined) return settled
    context.tell(settled)
    batch = following
  }
}

function send({ transport, clock }: WorkContext, batch: OutboxBatch): Promise<Reply> {
  const { checkpoint, deviceId, ackedThrough, operations } = batch
  return transport.push({ checkpoint, deviceId, sentAt: toIsoTime(clock.now()), ackedThrough, operations })
}

/** What could follow, marked as sent. Trouble of the device is met once more where the answer is settled. */
async function chooseNext(
  { store, fence, tenantId, clock }: WorkContext,
  { limits, atMost, heldBelow }: PushWork,
  { hasMore, operations }: OutboxBatch,
): Promise<OutboxBatch | undefined> {
  // Where it is being found out which operation is refused, each answer decides how many come next.
  if (!hasMore || atMost < limits.operationsMax) return undefined
  const options = { now: clock.now(), limits, atMost, heldBelow, tenantId, underWay: operations.length }
  const [taken] = await Promise.allSettled([store.takeBatch(fence, options)])
  return taken.status === 'fulfilled' && taken.value.operations.length > 0 ? taken.value : undefined
}

/** The server took all of it as it is, steers as before, and this device can go on from where it says. */
function mayBeFollowed({ results, checkpoint, limits }: SyncResponse, { operations }: OutboxBatch, work: PushWork): boolean {
  const isAsBefore = limits.operationsMax === work.limits.operationsMax && limits.requestBytesMax === work.limits.requestBytesMax
  return checkpoint !== undefined && isAsBefore && results.length === operations.length && results.every(isFinal)
}

/** Its operation leaves the outbox. A repeat without a first verdict is no verdict. */
function isFinal(result: OperationResult): boolean {
  const verdict = result.status === 'duplicate' ? result.first : result
  return verdict !== undefined && (verdict.code === undefined || !resultCodeTable[verdict.code].isRetryable)
}

function counted({ readCounts, isCountDue }: WorkContext, isGoingOn: boolean): Promise<CountedOutbox> | NotCounted {
  return isGoingOn && !isCountDue() ? { counts: undefined } : readCounts()
}

function requestFailed(workId: number, failure: Exclude<Reply, Answer>, { operations }: OutboxBatch): SyncFact {
  return { type: 'requestFailed', workId, failure, operationIds: operations.map(({ operationId }) => operationId) }
}

async function settle(
  context: WorkContext,
  {
    workId,
    batch,
    answer,
    isFirst,
    isGoingOn,
  }: {
    readonly workId: number
    readonly batch: OutboxBatch
    readonly answer: Answer
    readonly isFirst: boolean
    readonly isGoingOn: boolean
  },
): Promise<SyncFact> {
  const { store, fence, clock } = context
  const { body } = answer
  const settling = store.settle(fence, batch, body, clock.now())
  const [{ settled, conflicts, attempts, isApplied }] = await Promise.all([
    settling,
    isFirst ? noteTime(context, answer) : undefined,
  ])
  context.tally({ items: settled, conflicts, attempts, received: isApplied ? body.changes.length : 0 })
  return {
    type: 'pushSettled',
    workId,
    page: { ...pageFactsOf(body), isApplied },
    settledCount: settled,
    limits: body.limits,
    isGoingOn,
    ...(await counted(context, isGoingOn)),
  }
}
