import { jitteredDelayMs, syncLimits } from '@rejoin/core'
import { canTalk, dueWork, isDeviceWaiting, isSendable, mayFollow, mayOpenFeed, sendableCount } from './due-work.ts'
import { engineLimits } from './engine-limits.ts'
import { backOff, failRequest, succeed } from './request-failure.ts'
import { nextDeadline } from './next-deadline.ts'
import { endReplay, hurryReplays, isAnyLaneWaiting } from './replay-facts.ts'
import { advanceRun, keepRun, runWith } from './run-facts.ts'
import { applyAll, hearHint, missSome, nothingKnown } from './server-head.ts'
import type { CountedOutbox, PageFacts, SyncEffect, SyncEventOf, SyncEventType, SyncWork } from './sync-event.ts'
import { phaseOf } from './sync-phase.ts'
import { freshConnection, type BatchFacts, type FeedFacts, type SyncFacts, type SyncMachine } from './sync-machine-state.ts'
import { allUnderWay, findUnderWay, isLocal, isResting, withBegun, without, type UnderWay, type Working } from './under-way.ts'

export interface SyncTransition {
  readonly state: SyncMachine
  readonly effects: readonly SyncEffect[]
}

/**
 * What an event does to the syncing of this device. Pure and total: every event is allowed in every state, and the end of work that was
 * given up changes nothing but that the outbox is counted again. Handlers record; `decide` alone chooses what is done.
 */
export function transition<T extends SyncEventType>(state: SyncMachine, event: SyncEventOf<T>): SyncTransition {
  // A timer that fires is due, whatever the clock says.
  const now = event.type === 'timerFired' ? Math.max(event.now, state.timerAt ?? event.now) : event.now
  const before = wakeUp(state, now)
  if (!('workId' in event)) return decide(state, handlers[event.type](before, { ...event, now }), now)
  const ended = findUnderWay(state, event.workId)
  if (ended === undefined) return decide(state, { ...before, isCountStale: true }, now)
  if (event.type === 'pushAnswered') return decideNext(state, ended, before, now)
  const heard = isDeviceWell(before, event.type, ended) ? { ...before, device: undefined } : before
  const facts = handlers[event.type](heard, event, ended)
  const isGoingOn = 'isGoingOn' in event && event.isGoingOn
  return decide({ ...state, ...without(state, ended, isGoingOn) }, facts, now)
}

/** The device did what it failed at, or more. */
function isDeviceWell({ device }: SyncFacts, type: SyncEventType, { work }: Working): boolean {
  return type !== 'deviceFailed' && (work.type !== 'count' || device?.isOfLook === true)
}

/**
 * Nothing happened for longer than a head may be old: the page was frozen, the device asleep. What comes first may have waited all that time,
 * so that a hint is no word of now.
 */
function wakeUp({ facts, lastEventAt }: SyncMachine, now: number): SyncFacts {
  const isAwake = now - lastEventAt <= syncLimits.headAgeMsMax
  return isAwake ? facts : { ...facts, isPullDue: true, head: nothingKnown }
}

type Handlers = {
  /** `ended`: the work that an event with a `workId` is the end of. */
  readonly [T in SyncEventType]: (facts: SyncFacts, event: SyncEventOf<T>, ended?: Working) => SyncFacts
}

const handlers: Handlers = {
  enabled: (facts) => ({ ...hurry(facts, 'person'), isEnabled: true, isCountStale: true }),
  disabled: (facts) => ({ ...facts, isEnabled: false, isAsked: false, head: missSome(facts.head) }),
  wentOnline: (facts) => {
    const isBack = facts.offlineMessage !== undefined
    return { ...hurry(facts, 'network'), offlineMessage: undefined, isReviveDue: isBack || facts.isReviveDue }
  },
  wentOffline: (facts, { message }) => ({
    ...facts,
    offlineMessage: message,
    head: { ...facts.head, confirmedAt: undefined },
    connection: { ...freshConnection, token: facts.connection.token },
  }),
  woke: (facts) => hurry(facts, 'network'),
  syncRequested: (facts) => ({ ...hurry(facts, 'person'), isReviveDue: true, isAsked: true }),
  personAsked: (facts) => ({ ...facts, isAsked: true, isCountStale: true }),
  conditionsChanged: (facts, { conditions }) => {
    const isOtherHold = conditions.hold?.below !== facts.conditions.hold?.below && facts.counts?.pending !== 0
    return { ...facts, conditions, isCountStale: facts.isCountStale || isOtherHold }
  },
  outboxChanged: (facts) => ({ ...facts, isCountStale: true }),
  outboxCounted: (facts, event, ended) => ({
    ...takeCounts(facts, event),
    isReviveDue: facts.isReviveDue && ended?.work.type !== 'revive',
    blame: ended?.work.type === 'setAside' ? undefined : facts.blame,
  }),
  pushAnswered: (facts) => facts,
  pushSettled: (facts, event, ended) => settlePush(facts, event, ended),
  nothingWasSendable: (facts, event) => {
    const counted = takeCounts(facts, event)
    return isSendable(counted, event.now) ? holdBack(counted, event) : counted
  },
  changesPulled: (facts, event, ended) => {
    const batch = { ...facts.batch, isProbeDue: false }
    return takePage(takeCounts({ ...facts, batch, connection: succeed(facts.connection) }, event), event, ended)
  },
  resyncBegun: (facts) => ({ ...facts, resync: { isBegun: true, after: undefined } }),
  resyncPageApplied: (facts, { next, lastSeq }, ended) => {
    const answered = { ...facts, connection: succeed(facts.connection) }
    if (next !== undefined) return { ...answered, resync: { isBegun: true, after: next } }
    return { ...reachHead(answered, lastSeq, ended), resync: undefined }
  },
  resyncRefused: (facts, event) => holdBack({ ...facts, resync: { isBegun: false, after: undefined } }, event),
  replayEnded: (facts, event) => {
    const run = advanceRun(facts.run, event.settledCount)
    return takeCounts({ ...facts, run, replays: endReplay(facts.replays, event.lane, event) }, event)
  },
  requestFailed: (facts, event, ended) => failRequest({ ...facts, isCountStale: true }, event, ended?.work.type === 'push'),
  deviceFailed: (facts, event, ended) => failDevice(facts, event, ended?.work),
  tokenRenewed: (facts) => ({ ...facts, connection: { ...facts.connection, token: 'renewed' } }),
  tokenNotRenewed: (facts, event) =>
    backOff(facts, event, { status: 'error', reason: { code: 'TOKEN_UNAVAILABLE', message: event.message } }),
  hintHeard: (facts, { hint, now }) => ({
    ...facts,
    head: hearHint(facts.head, hint, now),
    // Who may see what can be otherwise by now, and only a pull tells: a hint knows of changes alone.
    isPullDue: facts.isPullDue || !facts.feed.isGreeted,
    feed: { ...facts.feed, isGreeted: true },
  }),
  feedClosed: (facts, { now, random }) => {
    const { openedAt = now } = facts.feed
    const attempt = now - openedAt >= engineLimits.goodFeedMs ? 0 : facts.feed.attempt
    const reopenAt = now + jitteredDelayMs(engineLimits.feedRetry, attempt, { next: () => random })
    return { ...facts, feed: { isOpen: false, isGreeted: false, openedAt: undefined, attempt: attempt + 1, reopenAt } }
  },
  timerFired: (facts) => facts,
}

/** A long delay is not sat out when things look better. Only a person overrides what the server asked for. */
function hurry(facts: SyncFacts, by: 'network' | 'person'): SyncFacts {
  const { connection } = facts
  const isHeld = connection.isWaitImposed && by === 'network'
  // A token that was fetched and never tried has aged: refused now, it is worth fetching once more.
  const token = connection.token === 'renewed' ? 'good' : connection.token
  const hurried = isHeld ? connection : { ...connection, attempt: 0, notBefore: undefined, isWaitImposed: false }
  const feed = { ...facts.feed, reopenAt: undefined }
  return { ...facts, isPullDue: true, feed, connection: { ...hurried, token }, replays: hurryReplays(facts.replays, by) }
}

function takeCounts(facts: SyncFacts, { counts, isLatest, heldBelow }: CountedOutbox): SyncFacts {
  // Of nothing, nothing is held back.
  const isCountStale = !isLatest || (counts.pending > 0 && heldBelow !== facts.conditions.hold?.below)
  return { ...facts, counts, isCountStale, run: keepRun(facts, counts.pending) }
}

function settlePush(facts: SyncFacts, event: SyncEventOf<'pushSettled'>, ended: Working | undefined): SyncFacts {
  const { settledCount, limits } = event
  const run = advanceRun(facts.run, settledCount)
  const batch: BatchFacts = {
    ...facts.batch,
    limits,
    operationsMax: Math.min(limits.operationsMax, facts.batch.operationsMax * 2),
    faultCount: 0,
    blamedInARow: 0,
    fruitlessCount: settledCount > 0 ? 0 : facts.batch.fruitlessCount,
  }
  const answered = { ...facts, run, batch, connection: succeed(facts.connection) }
  // What was counted before is more than what waits of it now: nothing is taken for done, and what was made meanwhile is not forgotten.
  if (event.counts === undefined) return takePage({ ...answered, isCountStale: true }, event, ended)
  const counted = takeCounts(answered, event)
  // Operations without a verdict that stay sendable would go round and round.
  const held = settledCount === 0 && sendableCount(counted) > 0 ? holdBack(counted, event) : counted
  return takePage(held, event, ended)
}

function takePage(
  facts: SyncFacts,
  event: { readonly page: PageFacts; readonly now: number; readonly random: number },
  ended: Working | undefined,
): SyncFacts {
  const { hasMore, lastSeq, resyncRequired, isApplied } = event.page
  if (resyncRequired !== undefined) {
    return { ...facts, head: missSome(facts.head), resync: facts.resync ?? { isBegun: false, after: undefined } }
  }
  if (!isApplied) return holdBack({ ...facts, head: missSome(facts.head) }, event)
  return hasMore ? { ...facts, head: missSome(facts.head) } : reachHead(facts, lastSeq, ended)
}

function reachHead(facts: SyncFacts, lastSeq: number | undefined, ended: Working | undefined): SyncFacts {
  if (ended === undefined) return facts
  const { heardBefore, startedAt } = ended
  return { ...facts, isPullDue: false, head: applyAll(facts.head, { heardBefore, startedAt, lastSeq }) }
}

/** The server answered, and nothing moved: not at once again. */
function holdBack(facts: SyncFacts, { now, random }: { readonly now: number; readonly random: number }): SyncFacts {
  const { fruitlessCount } = facts.batch
  const delayMs = jitteredDelayMs(engineLimits.retry, fruitlessCount, { next: () => random })
  return {
    ...facts,
    batch: { ...facts.batch, fruitlessCount: fruitlessCount + 1 },
    connection: { ...facts.connection, notBefore: now + delayMs },
  }
}

/** Of the app's requests one may be more than the device can keep; that is the trouble of its lane. */
function failDevice(
  facts: SyncFacts,
  { now, random, message }: SyncEventOf<'deviceFailed'>,
  work: SyncWork | undefined,
): SyncFacts {
  const failed = { ...facts, isCountStale: true }
  if (work?.type === 'replay') {
    const verdict = { type: 'deviceFailed', message } as const
    return { ...failed, replays: endReplay(facts.replays, work.lane, { verdict, now, random }) }
  }
  const { attempt, isOfLook } = facts.device ?? { attempt: 0, isOfLook: true }
  const notBefore = now + jitteredDelayMs(engineLimits.retry, attempt, { next: () => random })
  return { ...failed, device: { attempt: attempt + 1, isOfLook: isOfLook && work?.type === 'count', notBefore, message } }
}

/** Chooses what is begun, the feed, what is said, and the one timer. */
function decide(before: SyncMachine, recorded: SyncFacts, now: number): SyncTransition {
  const effects: SyncEffect[] = []
  const { facts, kept } = giveUpLateWork(recorded, before, now)
  const works = dueWork(facts, kept, now)
  const begun = works.map((work, index): Working => {
    return { type: 'working', workId: before.lastWorkId + 1 + index, work, startedAt: now, heardBefore: facts.head.heard }
  })
  for (const { workId, work } of begun) effects.push({ type: 'work', workId, work })
  const underWay = begun.reduce(withBegun, kept)
  const feed = decideFeed(facts, now, effects)
  const connection = withoutPastWait(facts, now)
  // Its wait is over and there is nothing to do: what failed is not wanted any more, because a person took it back, say.
  const device = isDeviceWaiting(facts, now) || !isResting(underWay) ? facts.device : undefined
  // What a person asked for is done once there is nothing left to do, and nothing is waited for to do it.
  const isWaitedFor = connection.notBefore !== undefined || isAnyLaneWaiting(facts.replays, now)
  const isAskedStill = !isResting(underWay) || !canTalk(facts) || device !== undefined || isWaitedFor
  const isAsked = facts.isAsked && isAskedStill
  const settled: SyncFacts = { ...facts, feed, connection, device, isAsked, run: runWith(facts, works) }
  const phase = phaseOf(settled, underWay, now)
  const timerAt = nextDeadline(settled, phase, underWay, now)
  if (timerAt !== undefined) effects.push({ type: 'setTimer', delayMs: Math.max(0, timerAt - now) })
  else if (before.timerAt !== undefined) effects.push({ type: 'clearTimer' })
  const lastWorkId = before.lastWorkId + begun.length
  const { activity, beside } = underWay
  return { state: { facts: settled, phase, activity, beside, timerAt, lastWorkId, lastEventAt: now }, effects }
}

/** The next batch of a push leaves before the answered one is settled, where a push is what would come next in any case. */
function decideNext(state: SyncMachine, push: Working, facts: SyncFacts, now: number): SyncTransition {
  const { workId, work } = push
  const after = without(state, push, false)
  const due = dueWork({ ...facts, isCountStale: false }, after, now)
  // Chosen under other conditions, it is not what would come next.
  const isDue = work.type === 'push' && due.some((next) => next.type === 'push' && next.heldBelow === work.heldBelow)
  const activity = isDue ? { ...push, next: { startedAt: now, heardBefore: facts.head.heard } } : state.activity
  const decided = decide({ ...state, activity }, facts, now)
  const isStillOn = findUnderWay(decided.state, workId) !== undefined
  return isDue && isStillOn ? { ...decided, effects: [...decided.effects, { type: 'goOn', workId }] } : decided
}

/** Requests end with the wish or the chance to make them; anything ends that takes too long. Its own end is not heard any more. */
function giveUpLateWork(recorded: SyncFacts, underWay: UnderWay, now: number): { facts: SyncFacts; kept: UnderWay } {
  const mayGoOn = ({ work }: Working): boolean => isLocal(work) || canTalk(recorded)
  const isLate = ({ startedAt }: Working): boolean => now >= startedAt + engineLimits.workTimeoutMs
  const givenUp = allUnderWay(underWay).filter((working) => !mayGoOn(working) || isLate(working))
  const kept = givenUp.reduce<UnderWay>((left, working) => without(left, working, false), underWay)
  const facts = givenUp.filter(mayGoOn).reduce((known, working) => stall(known, working, now), recorded)
  return { facts, kept }
}

function stall(facts: SyncFacts, { work }: Working, now: number): SyncFacts {
  const moment = { now, random: 1 / 2 }
  if (isLocal(work)) {
    const failed = { type: 'deviceFailed', workId: 0, message: 'The local database does not answer.', ...moment } as const
    return failDevice(facts, failed, work)
  }
  const reason = { code: 'UNREACHABLE', message: 'The server did not answer in time.' }
  if (work.type === 'replay') {
    const verdict = { type: 'unreachable' as const, message: reason.message }
    return { ...facts, isCountStale: true, replays: endReplay(facts.replays, work.lane, { verdict, ...moment }) }
  }
  return backOff({ ...facts, isCountStale: true }, moment, { status: 'offline', reason })
}

function decideFeed(facts: SyncFacts, now: number, effects: SyncEffect[]): FeedFacts {
  const { feed } = facts
  if (feed.isOpen && !mayFollow(facts)) {
    effects.push({ type: 'closeFeed' })
    return { isOpen: false, isGreeted: false, openedAt: undefined, attempt: 0, reopenAt: undefined }
  }
  const isDue = mayOpenFeed(facts) && (feed.reopenAt === undefined || now >= feed.reopenAt)
  if (!isDue) return feed
  effects.push({ type: 'openFeed' })
  return { ...feed, isOpen: true, openedAt: now, reopenAt: undefined }
}

/** A wait that is over is none: what is armed is for the next thing. */
function withoutPastWait({ connection }: SyncFacts, now: number): SyncFacts['connection'] {
  if (connection.notBefore === undefined || now < connection.notBefore) return connection
  return { ...connection, notBefore: undefined, isWaitImposed: false }
}
