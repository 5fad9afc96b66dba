import { engineLimits } from './engine-limits.ts'
import { dueLanes, heldRequests, isTokenRefused, type WaitingReplays } from './replay-facts.ts'
import { isBehindHint } from './server-head.ts'
import type { Hold } from './sync-conditions.ts'
import type { SyncWork } from './sync-event.ts'
import type { SyncFacts } from './sync-machine-state.ts'
import { allUnderWay, isLocal, lanesOut, type UnderWay } from './under-way.ts'

/** Whether requests may be made at all. */
export function canTalk({ isEnabled, offlineMessage }: SyncFacts): boolean {
  return isEnabled && offlineMessage === undefined
}

/** Whether the feed may be open: held back, nobody asks for news, and a run that a person asked for needs none of it. */
export function mayFollow(facts: SyncFacts): boolean {
  return canTalk(facts) && facts.conditions.hold?.below !== 'all'
}

/** Whether it may be opened, at its time: while no request gets through it would not, either. */
export function mayOpenFeed(facts: SyncFacts): boolean {
  return mayFollow(facts) && !facts.feed.isOpen && facts.connection.isProven
}

function isWaiting({ connection }: SyncFacts, now: number): boolean {
  return connection.notBefore !== undefined && now < connection.notBefore
}

/** What is to begin now beside what is under way, in this order; nothing: nothing before an event or the timer. */
export function dueWork(facts: SyncFacts, underWay: UnderWay, now: number): readonly SyncWork[] {
  if (isDeviceWaiting(facts, now)) return []
  const onDevice = dueOnDevice(facts)
  const looks = onDevice !== undefined && mayLook(underWay, now) ? [onDevice] : []
  return canTalk(facts) && isCounted(facts, underWay) ? [...looks, ...dueRequests(facts, underWay, now)] : looks
}

/**
 * Whether requests may begin by what was counted last. Beside others an old count will do: one batch may follow the other for long, each with a
 * new one, and what is first in a lane is looked up anew.
 */
export function isCounted(facts: SyncFacts, { activity }: UnderWay): boolean {
  const onDevice = dueOnDevice(facts)
  if (onDevice === undefined) return true
  const isAtServer = activity.type === 'working' && !isLocal(activity.work)
  return onDevice.type === 'count' && facts.counts !== undefined && isAtServer
}

/** After it failed. */
export function isDeviceWaiting({ device }: SyncFacts, now: number): boolean {
  return device !== undefined && now < device.notBefore
}

/** One look at the device at a time, and none beside a request that may soon bring the same. */
function mayLook(underWay: UnderWay, now: number): boolean {
  const at = mayLookAt(underWay)
  return at !== undefined && now >= at
}

/** From when on the device may be looked at; `undefined`: not before something ends. */
export function mayLookAt(underWay: UnderWay): number | undefined {
  if (allUnderWay(underWay).some(({ work }) => isLocal(work))) return undefined
  const { activity } = underWay
  return activity.type === 'resting' ? -Infinity : activity.startedAt + engineLimits.lookBesideMs
}

/** How many more requests may leave: all of them, and those of the app among them. With room for several one is kept for the sync server. */
export function roomFor({ conditions: { requestsMax } }: SyncFacts, underWay: UnderWay): { requests: number; replays: number } {
  const out = allUnderWay(underWay).filter(({ work }) => !isLocal(work)).length
  const requests = Math.max(0, requestsMax - out)
  const replays = Math.max(1, requestsMax - 1) - lanesOut(underWay).size
  return { requests, replays: Math.max(0, Math.min(requests, replays)) }
}

function dueRequests(facts: SyncFacts, underWay: UnderWay, now: number): readonly SyncWork[] {
  const room = roomFor(facts, underWay)
  const lanes = dueLanes(freeReplays(facts, underWay), now)
  // With room for one, what is more urgent goes first.
  const isOvertaken = facts.conditions.requestsMax === 1 && lanes[0]?.isAhead === true
  const mayAsk = underWay.activity.type === 'resting' && room.requests > 0 && !isOvertaken
  // The app's own servers are others: what the sync server asks for holds for operations alone.
  const onServer = mayAsk && !isWaiting(facts, now) ? dueOnServer(facts, now) : undefined
  const replaysMax = Math.min(room.replays, room.requests - (onServer === undefined ? 0 : 1))
  const replays = lanes.slice(0, replaysMax).map(({ lane }) => replayOf(facts, lane))
  // First: they are few, and a worker that may settle so much and no more would have all of it in one batch.
  return onServer === undefined ? replays : [...replays, onServer]
}

function replayOf({ replays }: SyncFacts, lane: string): SyncWork {
  return { type: 'replay', lane, isTokenRefused: isTokenRefused(replays, lane) }
}

/** The requests of the app that wait, with how they fare. */
export function waitingReplays(facts: SyncFacts): WaitingReplays {
  return { lanes: facts.counts?.replays ?? [], facts: facts.replays, heldBelow: holdOf(facts)?.below }
}

/** Those of lanes that have none out. */
export function freeReplays(facts: SyncFacts, underWay: UnderWay): WaitingReplays {
  const waiting = waitingReplays(facts)
  const out = lanesOut(underWay)
  return { ...waiting, lanes: waiting.lanes.filter(({ lane }) => !out.has(lane)) }
}

export function dueOnDevice({ blame, isReviveDue, counts, isCountStale }: SyncFacts): SyncWork | undefined {
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
export function isAllHeld(facts: SyncFacts, now: number): boolean {
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
