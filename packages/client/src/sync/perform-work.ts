import { syncLimits } from '@rejoin/core'
import { noteTime, pageFactsOf } from './answer-facts.ts'
import { pushBatches } from './push-batches.ts'
import { replayRequest } from './replay-request.ts'
import type { SyncFact, SyncWork } from './sync-event.ts'
import type { WorkContext } from './work-context.ts'

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
      return pushBatches(context, workId, work)
    case 'pull':
      return pull(context, workId)
    case 'beginResync':
      await store.beginResync(fence)
      return { type: 'resyncBegun', workId }
    case 'pullResync':
      return pullResync(context, workId, work.after)
    case 'replay':
      return replayRequest(context, workId, work)
    case 'renewToken':
      return renewToken(context, workId)
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
