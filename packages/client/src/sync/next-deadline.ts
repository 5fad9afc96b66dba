import {
  canTalk,
  dueOnDevice,
  freeReplays,
  holdOf,
  isCounted,
  isDeviceWaiting,
  mayLookAt,
  mayOpenFeed,
  roomFor,
} from './due-work.ts'
import { engineLimits } from './engine-limits.ts'
import { nextReplayAt } from './replay-facts.ts'
import type { SyncFacts, SyncPhase } from './sync-machine-state.ts'
import { allUnderWay, type UnderWay } from './under-way.ts'

/** When what waits for a time is tried next; `undefined` where nothing does. */
export function nextAttemptAt(facts: SyncFacts, underWay: UnderWay): number | undefined {
  const operationsAt = facts.connection.notBefore ?? facts.counts?.nextRetryAt
  const replayAt = nextReplayAt(freeReplays(facts, underWay)) ?? 0
  if (replayAt <= 0) return operationsAt
  return operationsAt === undefined ? replayAt : Math.min(operationsAt, replayAt)
}

/** When something becomes due or untrue by time alone: the earliest is what the one timer is armed for. */
export function nextDeadline(facts: SyncFacts, phase: SyncPhase, underWay: UnderWay, now: number): number | undefined {
  const deadlines = allUnderWay(underWay).map(({ startedAt }) => startedAt + engineLimits.workTimeoutMs)
  if (phase.status === 'upToDate') deadlines.push(phase.until)
  deadlines.push(...beginnings(facts, underWay, now))
  return deadlines.length === 0 ? undefined : Math.min(...deadlines)
}

/** When more could begin; never a time at which it could not. */
function beginnings(facts: SyncFacts, underWay: UnderWay, now: number): readonly number[] {
  if (isDeviceWaiting(facts, now)) return facts.device === undefined ? [] : [facts.device.notBefore]
  const lookAt = dueOnDevice(facts) === undefined ? undefined : mayLookAt(underWay)
  const looks = lookAt === undefined ? [] : [lookAt]
  if (!canTalk(facts) || !isCounted(facts, underWay)) return looks
  const room = roomFor(facts, underWay)
  const replayAt = room.replays > 0 ? nextReplayAt(freeReplays(facts, underWay)) : undefined
  const replays = replayAt === undefined ? [] : [replayAt]
  if (underWay.activity.type === 'working' || room.requests === 0) return [...looks, ...replays]
  return [...atServer(facts), ...replays]
}

function atServer(facts: SyncFacts): readonly number[] {
  const { connection, counts } = facts
  if (connection.notBefore !== undefined) return [connection.notBefore]
  const news = holdOf(facts)?.below === 'all' ? [] : newsDeadlines(facts)
  return [...news, ...(counts?.nextRetryAt === undefined ? [] : [counts.nextRetryAt])]
}

function newsDeadlines(facts: SyncFacts): readonly number[] {
  const { head, feed, conditions } = facts
  return [
    ...(head.confirmedAt === undefined ? [] : [head.confirmedAt + engineLimits.probeAgeMs]),
    ...(head.pulledAt === undefined ? [] : [head.pulledAt + conditions.intervalMs]),
    ...(mayOpenFeed(facts) && feed.reopenAt !== undefined ? [feed.reopenAt] : []),
  ]
}
