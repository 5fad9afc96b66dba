import { syncLimits } from '@rejoin/core'
import { heldCount, isAllHeld, sendableCount, waitingReplays } from './due-work.ts'
import { laneTrouble, nextReplayAt } from './replay-facts.ts'
import { isBehindHint } from './server-head.ts'
import type { SyncWork } from './sync-event.ts'
import type { SyncFacts, SyncPhase } from './sync-machine-state.ts'
import { allUnderWay, isResting, type UnderWay } from './under-way.ts'

/** P4: `upToDate` only where nothing speaks against it. */
export function phaseOf(facts: SyncFacts, underWay: UnderWay, now: number): SyncPhase {
  if (!facts.isEnabled) return { status: 'paused' }
  if (facts.offlineMessage !== undefined) {
    return { status: 'offline', reason: { code: 'OFFLINE', message: facts.offlineMessage } }
  }
  const isHeld = isAllHeld(facts, now) && isResting(underWay)
  if (facts.connection.trouble !== undefined) return (isHeld ? heldPhase(facts) : undefined) ?? facts.connection.trouble
  if (facts.device !== undefined) return { status: 'error', reason: { code: 'DEVICE', message: facts.device.message } }
  const until = upToDateUntil(facts)
  if (until !== undefined && now < until) return { status: 'upToDate', until }
  const still = isMoving(underWay) ? undefined : (obstacleOf(facts) ?? (isHeld ? heldPhase(facts) : undefined))
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
function isMoving(underWay: UnderWay): boolean {
  return allUnderWay(underWay).some(({ work }) => !quietWork.has(work.type))
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
