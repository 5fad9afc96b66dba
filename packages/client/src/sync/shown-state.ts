import { heldCount, holdOf } from './due-work.ts'
import type { ShownTimes, SyncEngine } from './sync-engine.ts'
import type { SyncFacts } from './sync-machine-state.ts'
import type { HeldBack, SyncState } from './sync-state.ts'
import type { OutboxCounts } from './sync-store.ts'

export type ShownCounts = Pick<OutboxCounts, 'pending' | 'inFlight' | 'failed' | 'attention'>

/** Of all that is counted, what a person is told. */
export function shownCounts({ pending, inFlight, failed, attention }: OutboxCounts): ShownCounts {
  return { pending, inFlight, failed, attention }
}

const noCounts: ShownCounts = { pending: 0, inFlight: 0, failed: 0, attention: 0 }

/** Before anything is known. */
export const unknownState: SyncState = {
  status: 'syncing',
  ...noCounts,
  current: 0,
  total: 0,
  nextRetryAt: undefined,
  lastSyncedAt: undefined,
  lastPushedAt: undefined,
  lastPulledAt: undefined,
  lastError: undefined,
}

/** Whether the engine knows what waits, or that the device does not say: before that its phase means nothing. */
export function isInformed({ machine: { facts } }: Pick<SyncEngine, 'machine'>): boolean {
  return facts.counts !== undefined || facts.device !== undefined
}

/** What the tab that drains says. */
export function stateOfEngine(engine: Pick<SyncEngine, 'machine' | 'times' | 'nextAttemptAt'>): SyncState {
  const { phase, facts } = engine.machine
  if (!isInformed(engine)) return { ...unknownState, ...engine.times }
  const { pending, inFlight, failed, attention } = facts.counts ?? noCounts
  return {
    status: phase.status,
    pending,
    inFlight,
    failed,
    attention,
    current: facts.run?.current ?? 0,
    total: facts.run?.total ?? 0,
    nextRetryAt: engine.nextAttemptAt,
    ...engine.times,
    lastError: phase.status === 'offline' || phase.status === 'error' ? phase.reason : undefined,
    ...heldBackIn(facts),
  }
}

/** While syncing is not enabled there is nothing to hold back. */
function heldBackIn(facts: SyncFacts): { readonly heldBack?: HeldBack } {
  const hold = holdOf(facts)
  const count = heldCount(facts)
  if (hold === undefined || !facts.isEnabled || (count === 0 && hold.below !== 'all')) return {}
  return { heldBack: { count, code: hold.code, reason: hold.reason } }
}

/** What a tab knows that does not drain. */
export interface OnlookerFacts {
  /** `undefined` until it was read. */
  readonly isEnabled: boolean | undefined
  readonly offlineMessage: string | undefined
  /** The last word of the tab that drains, while it holds. */
  readonly told: SyncState | undefined
  /** That word's `upToDate` still holds. */
  readonly isToldTrue: boolean
  /** Of whatever was last known, also of what holds no more. */
  readonly times: ShownTimes
  /** Of this tab's own look at the database. */
  readonly counts: ShownCounts | undefined
  readonly isCountStale: boolean
}

/** What is said by a tab that does not drain: nothing better than what it was told lately, and never against its own eyes (P4). */
export function stateOfOnlooker(facts: OnlookerFacts): SyncState {
  const { isEnabled, offlineMessage, told, counts } = facts
  const base: SyncState = { ...unknownState, ...told, ...facts.times, ...counts, lastError: undefined }
  if (isEnabled === false) return { ...base, status: 'paused', nextRetryAt: undefined, heldBack: undefined }
  if (offlineMessage !== undefined) {
    return { ...base, status: 'offline', nextRetryAt: undefined, lastError: { code: 'OFFLINE', message: offlineMessage } }
  }
  if (told === undefined || isEnabled === undefined) return { ...base, status: 'syncing' }
  if (told.status !== 'upToDate') return { ...base, status: told.status, lastError: told.lastError }
  const isTrue = facts.isToldTrue && counts !== undefined && !facts.isCountStale && counts.pending === 0 && counts.failed === 0
  return { ...base, status: isTrue ? 'upToDate' : 'syncing' }
}

export function isSameState(a: SyncState, b: SyncState): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
