import { syncLimits } from '@rejoin/core'
import { engineLimits } from './engine-limits.ts'
import { dueLane, heldRequests, isTokenRefused, laneTrouble, nextReplayAt, type WaitingReplays } from './replay-facts.ts'
import { isBehindHint } from './server-head.ts'
import type { Hold } from './sync-conditions.ts'
import type { SyncWork } from './sync-event.ts'
import type { SyncActivity, SyncFacts, SyncPhase } from './sync-machine-state.ts'

/** Whether requests may be made at all. */
export function canTalk({ isEnabled, offlineMessage }: SyncFacts): boolean {
  return isEnabled && offlineMessage === undefined
}

function isWaiting({ connection }: SyncFacts, now: number): boolean {
  return connection.notBefore !== undefined && now < connection.notBefore
}

/** The one thing to do next; `undefined`: nothing before an event or the timer. */
export function dueWork(facts: SyncFacts, now: number): SyncWork | undefined {
  if (facts.device !== undefined && now < facts.device.notBefore) return undefined
  const onDevice = dueOnDevice(facts)
  if (onDevice !== undefined || !canTalk(facts)) return onDevice
  const lane = dueLane(waitingReplays(facts), now)
  // The app's own servers are others: what the sync server asks for holds for operations alone.
  const onServer = lane?.isAhead === true || isWaiting(facts, now) ? undefined : dueOnServer(facts, now)
  if (onServer !== undefined || lane === undefined) return onServer
  return { type: 'replay', lane: lane.lane, isTokenRefused: isTokenRefused(facts.replays, lane.lane) }
}

/** The requests of the app that wait, with how they fare. */
function waitingReplays(facts: SyncFacts): WaitingReplays {
  return { lanes: facts.counts?.replays ?? [], facts: facts.replays, heldBelow: holdOf(facts)?.below }
}

function dueOnDevice({ blame, isReviveDue, counts, isCountStale }: SyncFacts): SyncWork | undefined {
  if (blame !== undefined) return { type: 'setAside', blame }
  if (isReviveDue) return { type: 'revive' }
  return counts === undefined || isCountStale ? { type: 'count' } : undefined
}

/** What the conditions hold back at the moment; nothing, while a person waits for everything. */
export function holdOf({ isAsked, conditions }: SyncFacts): Hold | undefined {
  return isAsked ? undefined : conditions.hold
}

/** Of the changes that could be sent, how many the conditions hold back. */
export function heldCount(facts: SyncFacts): number {
  return heldOperations(facts) + heldRequests(waitingReplays(facts))
}

function heldOperations({ isAsked, conditions, counts }: SyncFacts): number {
  return isAsked || conditions.hold === undefined ? 0 : (counts?.held ?? 0)
}

/** How many operations may be sent right now. */
export function sendableCount(facts: SyncFacts): number {
  const { counts } = facts
  return counts === undefined ? 0 : counts.sendable + (counts.held ?? 0) - heldOperations(facts)
}

/** Nothing is done in the background, except that what the server may have already is brought to its end. */
function isAllHeld(facts: SyncFacts, now: number): boolean {
  return holdOf(facts)?.below === 'all' && !isSendable(facts, now)
}

function dueOnServer(facts: SyncFacts, now: number): SyncWork | undefined {
  const { connection, batch, counts, resync } = facts
  if (isAllHeld(facts, now)) return undefined
  if (connection.token === 'refused') return { type: 'renewToken' }
  if (batch.isProbeDue) return { type: 'pull' }
  if (isSendable(facts, now) && counts !== undefined) {
    const atMost = Math.min(batch.operationsMax, batch.limits.operationsMax)
    const heldBelow = holdOf(facts)?.below
    return { type: 'push', limits: batch.limits, atMost, ...(heldBelow !== undefined && { heldBelow }) }
  }
  if (resync !== undefined) return resync.isBegun ? { type: 'pullResync', after: resync.after } : { type: 'beginResync' }
  return isPullDue(facts, now) ? { type: 'pull' } : undefined
}

/** What waits for a time becomes sendable when it has come, without the outbox being read again. */
export function isSendable(facts: SyncFacts, now: number): boolean {
  const { counts } = facts
  if (counts === undefined) return false
  return sendableCount(facts) > 0 || (counts.nextRetryAt !== undefined && now >= counts.nextRetryAt)
}

function isPullDue(facts: SyncFacts, now: number): boolean {
  const { confirmedAt, pulledAt } = facts.head
  if (facts.isPullDue || confirmedAt === undefined || pulledAt === undefined || isBehindHint(facts.head)) return true
  return now >= confirmedAt + engineLimits.probeAgeMs || now >= pulledAt + facts.conditions.intervalMs
}

/** P4: `upToDate` only where nothing speaks against it. */
export function phaseOf(facts: SyncFacts, activity: SyncActivity, now: number): SyncPhase {
  if (!facts.isEnabled) return { status: 'paused' }
  if (facts.offlineMessage !== undefined) {
    return { status: 'offline', reason: { code: 'OFFLINE', message: facts.offlineMessage } }
  }
  const isHeld = isAllHeld(facts, now) && activity.type === 'resting'
  if (facts.connection.trouble !== undefined) return (isHeld ? heldPhase(facts) : undefined) ?? facts.connection.trouble
  if (facts.device !== undefined) return { status: 'error', reason: { code: 'DEVICE', message: facts.device.message } }
  const until = upToDateUntil(facts)
  if (until !== undefined && now < until) return { status: 'upToDate', until }
  const still = isMoving(activity) ? undefined : (obstacleOf(facts) ?? (isHeld ? heldPhase(facts) : undefined))
  return still ?? { status: 'syncing' }
}

function upToDateUntil(facts: SyncFacts): number | undefined {
  const { counts, head } = facts
  const isOutboxEmpty = counts !== undefined && !facts.isCountStale && counts.pending === 0 && counts.failed === 0
  const isSomethingDue = facts.blame !== undefined || facts.isReviveDue || facts.resync !== undefined
  if (!isOutboxEmpty || isSomethingDue || isBehindHint(head) || head.confirmedAt === undefined) return undefined
  return head.confirmedAt + syncLimits.headAgeMsMax
}

/** Counting and asking whether there is anything new are not worth a word. */
function isMoving(activity: SyncActivity): boolean {
  return activity.type === 'working' && !quietWork.has(activity.work.type)
}

const quietWork: ReadonlySet<SyncWork['type']> = new Set(['count', 'pull'])

/** With work left that nothing but a person moves. */
function obstacleOf(facts: SyncFacts): SyncPhase | undefined {
  const { counts, connection } = facts
  if (counts === undefined || connection.notBefore !== undefined || sendableCount(facts) > 0 || counts.nextRetryAt !== undefined)
    return undefined
  const replays = waitingReplays(facts)
  if (nextReplayAt(replays) !== undefined) return laneTrouble(replays)
  if (counts.failed === 0 && heldCount(facts) > 0) return heldPhase(facts)
  if (counts.failed === 0 && counts.pending === 0) return undefined
  const code = counts.failed > 0 ? 'FAILED' : 'BLOCKED'
  const message =
    counts.failed > 0
      ? 'Some changes could not be synced. They are kept on this device and wait for a decision.'
      : 'Some changes wait for others that need attention.'
  return { status: 'error', reason: { code, message } }
}

function heldPhase({ conditions }: SyncFacts): SyncPhase | undefined {
  const { hold } = conditions
  return hold && { status: 'paused', reason: { code: hold.code, message: hold.reason } }
}

/** When what waits for a time is tried next; `undefined` where nothing does. */
export function nextAttemptAt(facts: SyncFacts): number | undefined {
  const operationsAt = facts.connection.notBefore ?? facts.counts?.nextRetryAt
  const replayAt = nextReplayAt(waitingReplays(facts)) ?? 0
  if (replayAt <= 0) return operationsAt
  return operationsAt === undefined ? replayAt : Math.min(operationsAt, replayAt)
}

/** When something becomes due or untrue by time alone: the earliest is what the one timer is armed for. */
export function nextDeadline(facts: SyncFacts, phase: SyncPhase, activity: SyncActivity): number | undefined {
  const deadlines: number[] = []
  if (phase.status === 'upToDate') deadlines.push(phase.until)
  if (activity.type === 'working') deadlines.push(activity.startedAt + engineLimits.workTimeoutMs)
  else deadlines.push(...restDeadlines(facts))
  return deadlines.length === 0 ? undefined : Math.min(...deadlines)
}

function restDeadlines(facts: SyncFacts): readonly number[] {
  if (facts.device !== undefined) return [facts.device.notBefore]
  if (!canTalk(facts)) return []
  const replayAt = nextReplayAt(waitingReplays(facts))
  const replays = replayAt === undefined ? [] : [replayAt]
  if (facts.connection.notBefore !== undefined) return [facts.connection.notBefore, ...replays]
  const { counts } = facts
  const news = holdOf(facts)?.below === 'all' ? [] : newsDeadlines(facts)
  return [...news, ...(counts?.nextRetryAt === undefined ? [] : [counts.nextRetryAt]), ...replays]
}

function newsDeadlines({ head, feed, connection, conditions }: SyncFacts): readonly number[] {
  // While no request gets through the feed is not opened either: a timer for it would ring without end.
  const isFeedDue = !feed.isOpen && connection.isProven
  return [
    ...(head.confirmedAt === undefined ? [] : [head.confirmedAt + engineLimits.probeAgeMs]),
    ...(head.pulledAt === undefined ? [] : [head.pulledAt + conditions.intervalMs]),
    ...(isFeedDue && feed.reopenAt !== undefined ? [feed.reopenAt] : []),
  ]
}
