import { transition } from '../sync/sync-machine.ts'
import { createSyncMachine, type SyncMachine } from '../sync/sync-machine-state.ts'
import type { RequestFailure, SyncEvent, SyncFact, SyncWork } from '../sync/sync-event.ts'
import type { Hold } from '../sync/sync-conditions.ts'
import type { OutboxCounts } from '../sync/sync-store.ts'
import { allUnderWay } from '../sync/under-way.ts'

export const empty: OutboxCounts = { pending: 0, inFlight: 0, failed: 0, attention: 0, nextRetryAt: undefined, sendable: 0 }
export const three: OutboxCounts = { ...empty, pending: 3, sendable: 3 }
export const page = { hasMore: false, lastSeq: undefined, resyncRequired: undefined, isApplied: true } as const
const limits = { operationsMax: 500, requestBytesMax: 512 * 1024 } as const
export const pushed = { isLatest: true, heldBelow: undefined, page, settledCount: 3, limits, isGoingOn: false } as const

/** A machine under a clock of its own, which remembers what it was told to do. */
export class MachineRun {
  state: SyncMachine = createSyncMachine()
  now = 0
  random = 0.5

  /** The main activity, or what goes on without one. */
  get work(): SyncWork | undefined {
    return this.works[0]
  }

  /** All that is under way. */
  get works(): readonly SyncWork[] {
    return allUnderWay(this.state).map(({ work }) => work)
  }

  get workId(): number {
    return allUnderWay(this.state)[0]?.workId ?? this.state.lastWorkId
  }

  tell(fact: SyncFact): this {
    const event: SyncEvent = { ...fact, now: this.now, random: this.random }
    this.state = transition(this.state, event).state
    return this
  }

  fail(failure: RequestFailure, operationIds: readonly string[] = []): this {
    return this.tell({ type: 'requestFailed', workId: this.workId, failure, operationIds })
  }

  refuse(status: number, code: string, more: { operationIds?: readonly string[]; retryAfterMs?: number } = {}): this {
    const { operationIds = [], retryAfterMs } = more
    return this.fail({ type: 'refused', status, code, message: `${status}`, retryAfterMs }, operationIds)
  }

  /** Lets local work succeed until something else is under way or nothing is. */
  count(counts: OutboxCounts): this {
    while (this.work !== undefined && ['count', 'revive', 'setAside'].includes(this.work.type)) {
      this.tell({ type: 'outboxCounted', workId: this.workId, counts, isLatest: true, heldBelow: this.#heldBelow })
    }
    return this
  }

  pull(more: Partial<{ counts: OutboxCounts; hasMore: boolean; lastSeq: number }> = {}): this {
    const { counts = empty, ...rest } = more
    return this.tell({
      type: 'changesPulled',
      workId: this.workId,
      counts,
      isLatest: true,
      heldBelow: this.#heldBelow,
      page: { ...page, ...rest },
    })
  }

  settle(counts: OutboxCounts, settledCount: number): this {
    const { workId } = this
    return this.tell({ type: 'pushSettled', workId, counts, ...pushed, heldBelow: this.#heldBelow, settledCount })
  }

  /** What the engine has the store count. */
  get #heldBelow(): Hold['below'] | undefined {
    return this.state.facts.conditions.hold?.below
  }

  /** Time goes by until the timer fires. */
  ring(): this {
    if (this.state.timerAt === undefined) throw new Error('no timer is armed')
    this.now = Math.max(this.now, this.state.timerAt)
    return this.tell({ type: 'timerFired' })
  }
}

export const workTypeOf = (run: MachineRun): SyncWork['type'] | undefined => run.work?.type
export const started = (counts: OutboxCounts): MachineRun =>
  new MachineRun().tell({ type: 'enabled' }).tell({ type: 'wentOnline' }).count(counts)
export const upToDate = (): MachineRun => started(empty).pull()
export const unreachable: RequestFailure = { type: 'unreachable', message: 'no answer' }
