import { jitteredDelayMs, type Priority } from '@rejoin/core'
import { engineLimits } from './engine-limits.ts'
import { isRequestVerdict, type LaneVerdict, type ReplayVerdict } from './judge-replay.ts'
import type { ReplayLane } from './replay-lane.ts'

/** How the requests of one lane fare. A lane of which nothing is known fares well. */
export interface LaneFacts {
  /** Requests in a row that got no answer of use. */
  readonly attempt: number
  /** No request before this. */
  readonly notBefore: number | undefined
  /** The server itself asked for the wait: only a person overrides it. */
  readonly isWaitImposed: boolean
  /** - `refused`: the server said no; the next request asks for a fresh one
   *  - `hopeless`: it refused a fresh one too */
  readonly token: 'good' | 'refused' | 'hopeless'
  readonly trouble: LaneTrouble | undefined
}

export interface LaneTrouble {
  readonly status: 'offline' | 'error'
  readonly reason: { readonly code: string; readonly message: string }
}

export type ReplayFacts = ReadonlyMap<string, LaneFacts>

/** The level below which what was not sent yet is held back; `all`: everything. */
export type HeldBelow = Exclude<Priority, 'LOW'> | 'all' | undefined

const faring: LaneFacts = { attempt: 0, notBefore: undefined, isWaitImposed: false, token: 'good', trouble: undefined }

interface Moment {
  readonly now: number
  readonly random: number
}

/**
 * How it came to no verdict.
 * - `none`: there was none to be sent, although there should have been
 * - `deviceFailed`: it could not be read, or its outcome not be kept
 */
type NoVerdict = { readonly type: 'none' } | { readonly type: 'deviceFailed'; readonly message: string }

/** After a request of this lane came to its end. */
export function endReplay(
  facts: ReplayFacts,
  lane: string,
  { verdict, now, random }: Moment & { readonly verdict: ReplayVerdict | NoVerdict },
): ReplayFacts {
  if (verdict.type !== 'none' && verdict.type !== 'deviceFailed' && isRequestVerdict(verdict)) return without(facts, lane)
  const before = facts.get(lane) ?? faring
  return new Map([...facts, [lane, afterVerdict(before, verdict, { now, random })]])
}

function afterVerdict(before: LaneFacts, verdict: LaneVerdict | NoVerdict, moment: Moment): LaneFacts {
  switch (verdict.type) {
    case 'none':
      return backOff(before, moment, {})
    case 'deviceFailed':
      return backOff(before, moment, { trouble: troubleOf('error', 'DEVICE', verdict.message) })
    case 'later':
      return backOff({ ...before, token: 'good' }, moment, { askedMs: verdict.retryAfterMs })
    case 'signIn':
      return refuseToken(before, verdict.message, moment)
    case 'noToken':
      return backOff(before, moment, { trouble: troubleOf('error', 'TOKEN_UNAVAILABLE', verdict.message) })
    case 'unreachable':
      return backOff(before, moment, { trouble: troubleOf('offline', 'UNREACHABLE', verdict.message) })
    case 'unexpected':
      return backOff(before, moment, { trouble: troubleOf('error', 'UNEXPECTED_ANSWER', verdict.message) })
  }
}

/** Once a fresh token is asked for at once; a fresh one that is refused too waits for the person. */
function refuseToken(before: LaneFacts, message: string, { now }: Moment): LaneFacts {
  if (before.token === 'good') return { ...before, token: 'refused', notBefore: undefined, trouble: undefined }
  const trouble = troubleOf('error', 'UNAUTHENTICATED', message)
  return { ...before, token: 'hopeless', notBefore: now + engineLimits.hopelessRetryMs, isWaitImposed: false, trouble }
}

function troubleOf(status: LaneTrouble['status'], code: string, message: string): LaneTrouble {
  return { status, reason: { code, message } }
}

/** Waits with full jitter; what the server asked for at least, and beyond it spread out. */
function backOff(
  before: LaneFacts,
  { now, random }: Moment,
  { askedMs = 0, trouble }: { readonly askedMs?: number | undefined; readonly trouble?: LaneTrouble },
): LaneFacts {
  const delayMs = jitteredDelayMs(engineLimits.retry, before.attempt, { next: () => random })
  const imposedMs = Math.min(askedMs, engineLimits.retryAfterMsMax)
  const spreadMs = Math.floor(random * Math.min(imposedMs, engineLimits.retry.maxDelayMs))
  return {
    ...before,
    attempt: before.attempt + 1,
    notBefore: now + Math.max(delayMs, imposedMs + spreadMs),
    isWaitImposed: imposedMs > 0,
    trouble,
  }
}

function without(facts: ReplayFacts, lane: string): ReplayFacts {
  const kept = new Map(facts)
  kept.delete(lane)
  return kept
}

/** A long delay is not sat out when things look better. Only a person overrides what a server asked for. */
export function hurryReplays(facts: ReplayFacts, by: 'network' | 'person'): ReplayFacts {
  return new Map(
    [...facts].map(([lane, known]) => {
      if (known.isWaitImposed && by === 'network') return [lane, known]
      // A token that was fetched and refused is worth fetching once more.
      const token = known.token === 'hopeless' ? 'refused' : known.token
      return [lane, { ...faring, token }]
    }),
  )
}

/** Lanes with something that may be sent, now or at a time. */
export interface WaitingReplays {
  /** In the order of their turns. */
  readonly lanes: readonly ReplayLane[]
  readonly facts: ReplayFacts
  readonly heldBelow: HeldBelow
}

/** The lanes whose turn it is. */
export function dueLanes({ lanes, facts, heldBelow }: WaitingReplays, now: number): readonly ReplayLane[] {
  return lanes.filter((lane) => !isHeld(lane, heldBelow) && now >= dueAt(lane, facts))
}

/** When the next one is due that is not held back; `undefined`: nothing waits for a time. */
export function nextReplayAt({ lanes, facts, heldBelow }: WaitingReplays): number | undefined {
  const times = lanes.filter((lane) => !isHeld(lane, heldBelow)).map((lane) => dueAt(lane, facts))
  return times.length === 0 ? undefined : Math.min(...times)
}

/** How many requests the conditions hold back. */
export function heldRequests({ lanes, heldBelow }: WaitingReplays): number {
  return lanes.filter((lane) => isHeld(lane, heldBelow)).reduce((count, { waiting }) => count + waiting, 0)
}

/** What stands in the way of a lane that waits. */
export function laneTrouble({ lanes, facts }: WaitingReplays): LaneTrouble | undefined {
  return lanes.map(({ lane }) => facts.get(lane)?.trouble).find((trouble) => trouble !== undefined)
}

/** Whether a lane waits for longer than its retry schedule says. */
export function isAnyLaneWaiting(facts: ReplayFacts, now: number): boolean {
  return [...facts.values()].some(({ notBefore }) => notBefore !== undefined && now < notBefore)
}

export function isTokenRefused(facts: ReplayFacts, lane: string): boolean {
  return (facts.get(lane) ?? faring).token !== 'good'
}

function dueAt({ lane, nextRetryAt = 0 }: ReplayLane, facts: ReplayFacts): number {
  return Math.max(nextRetryAt, facts.get(lane)?.notBefore ?? 0)
}

const levels: readonly Priority[] = ['LOW', 'NORMAL', 'HIGH']

/** What a server may have already is brought to its end in any case. */
function isHeld({ wasSent, level }: ReplayLane, heldBelow: HeldBelow): boolean {
  if (heldBelow === undefined || wasSent) return false
  return heldBelow === 'all' || levels.indexOf(level) < levels.indexOf(heldBelow)
}
