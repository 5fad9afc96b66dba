import type { Clock, Random, Scheduler } from '@rejoin/core'
import { engineLimits } from './engine-limits.ts'
import { RunMeter } from './run-meter.ts'
import { messageOf } from './message-of.ts'
import { nextAttemptAt } from './next-deadline.ts'
import { performWork } from './perform-work.ts'
import type { QuietMoments } from './quiet-moments.ts'
import { QuietStart } from './quiet-start.ts'
import type { RequestReplayer } from './request-replayer.ts'
import { isSameConditions, type ConditionsSource } from './sync-conditions.ts'
import { createSteadyClock } from './steady-clock.ts'
import { shiftTimes } from './steady-counts.ts'
import type { CountedOutbox, SyncEffect, SyncEvent, SyncFact, SyncWork } from './sync-event.ts'
import { createSyncMachine, type SyncMachine } from './sync-machine-state.ts'
import { transition } from './sync-machine.ts'
import type { SyncObserver } from './sync-observer.ts'
import { FenceLostError, type SyncStore } from './sync-store.ts'
import type { SyncTransport, Traffic } from './sync-transport.ts'
import { findUnderWay, isResting } from './under-way.ts'
import type { WorkContext } from './work-context.ts'

export interface SyncEngineParts {
  readonly store: SyncStore
  readonly transport: SyncTransport
  readonly replayer: RequestReplayer
  /** Of this reign. */
  readonly fence: number
  readonly tenantId: string
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly observer?: SyncObserver | undefined
  /** Read before every decision. Absent: they are always good. */
  readonly conditions?: Pick<ConditionsSource, 'current'> | undefined
  /** Absent: background requests begin at once. */
  readonly quietMoments?: QuietMoments | undefined
  /** Of earlier runs. */
  readonly times: ShownTimes
  /** After every event that was dealt with. */
  readonly onChanged: () => void
  /** Another tab drains now. The engine is closed already. */
  readonly onFenceLost: () => void
}

/** When something last went well, by the device's clock. */
export interface ShownTimes {
  readonly lastSyncedAt: number | undefined
  readonly lastPushedAt: number | undefined
  readonly lastPulledAt: number | undefined
}

/** One reign over the outbox of a database: feeds events to the machine one at a time and carries out its effects. Decides nothing. */
export class SyncEngine {
  readonly #parts: SyncEngineParts
  readonly #steadyClock: Clock
  readonly #context: WorkContext
  readonly #meter: RunMeter
  readonly #quietStart: QuietStart
  readonly #stopListening: () => void
  readonly #waiters = new Set<() => void>()
  #machine: SyncMachine = createSyncMachine()
  #times: ShownTimes
  #events: SyncFact[] = []
  #isRunning = false
  #isClosed = false
  #changeCount = 0
  /** The newest look at the outbox, with the count of changes that it had seen. */
  #counted: (Omit<CountedOutbox, 'isLatest'> & { readonly changeCount: number }) | undefined
  #countedAt = 0
  /** The push whose next batch may leave. */
  #goesOn: number | undefined
  #cancelTimer: (() => void) | undefined
  #closeFeed: (() => void) | undefined

  constructor(parts: SyncEngineParts) {
    this.#parts = parts
    this.#times = parts.times
    this.#steadyClock = createSteadyClock(parts.clock)
    const traffic = (): Traffic => parts.transport.traffic()
    this.#meter = new RunMeter({ ...parts, observer: parts.observer, steadyClock: this.#steadyClock, traffic })
    this.#context = {
      ...parts,
      readCounts: () => this.#readCounts(),
      isCountDue: () => this.#steadyClock.now() >= this.#countedAt + engineLimits.countPauseMs,
      tally: (done) => this.#meter.tally(done),
      isWanted: (workId) => this.#isWanted(workId),
      mayGoOn: (workId) => this.#mayGoOn(workId),
      tell: (fact) => this.dispatch(fact),
    }
    this.#quietStart = new QuietStart(parts.quietMoments)
    this.#stopListening = parts.store.onChanged(() => {
      this.#changeCount++
      this.dispatch({ type: 'outboxChanged' })
    })
  }

  get machine(): SyncMachine {
    return this.#machine
  }

  get times(): ShownTimes {
    return this.#times
  }

  /** When the next attempt is due, by the device's clock; `undefined` where nothing waits for a time. */
  get nextAttemptAt(): number | undefined {
    const at = nextAttemptAt(this.#machine.facts, this.#machine)
    return at === undefined ? undefined : Math.round(this.#parts.clock.now() + at - this.#steadyClock.now())
  }

  /** How long an `upToDate` holds without further word of the server, in ms. */
  get upToDateForMs(): number {
    const { phase } = this.#machine
    return phase.status === 'upToDate' ? Math.max(0, phase.until - this.#steadyClock.now()) : 0
  }

  /** Events that an effect causes wait until the event before them is finished. */
  dispatch(fact: SyncFact): void {
    if (this.#isClosed) return
    this.#events.push(fact)
    if (this.#isRunning) return
    this.#isRunning = true
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        this.#noteConditions()
        this.#handle(next)
      }
    } finally {
      this.#isRunning = false
    }
    this.#parts.onChanged()
    if (isResting(this.#machine)) this.#release()
  }

  /** Resolves when nothing is under way any more: everything is done, or waits. */
  whenResting(): Promise<void> {
    if (this.#isClosed || isResting(this.#machine)) return Promise.resolve()
    return new Promise((resolve) => this.#waiters.add(resolve))
  }

  /** What is under way ends unheard. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#stopListening()
    this.#cancelTimer?.()
    this.#closeFeed?.()
    this.#quietStart.cancel()
    this.#meter.close()
    this.#release()
  }

  #release(): void {
    for (const resolve of this.#waiters) resolve()
    this.#waiters.clear()
  }

  /** Not every host tells of every change: what is decided next is decided by what holds now. */
  #noteConditions(): void {
    const conditions = this.#parts.conditions?.current()
    if (conditions === undefined || isSameConditions(conditions, this.#machine.facts.conditions)) return
    this.#handle({ type: 'conditionsChanged', conditions })
  }

  #handle(fact: SyncFact): void {
    const event: SyncEvent = { ...fact, now: this.#steadyClock.now(), random: this.#parts.random.next() }
    const { state, effects } = transition(this.#machine, event)
    this.#noteTimes(this.#machine, state, fact)
    this.#meter.note(fact, this.#machine, state)
    this.#machine = state
    for (const effect of effects) this.#carryOut(effect)
    if (state.facts.isAsked) this.#quietStart.hurry()
  }

  #noteTimes(before: SyncMachine, after: SyncMachine, fact: SyncFact): void {
    const now = this.#parts.clock.now()
    const isHeard = before.activity !== after.activity
    if (isHeard && fact.type === 'pushSettled') this.#times = { ...this.#times, lastPushedAt: now }
    if (isHeard && fact.type === 'changesPulled') this.#times = { ...this.#times, lastPulledAt: now }
    if (after.phase.status === 'upToDate' && after.facts.head.confirmedAt !== before.facts.head.confirmedAt) {
      this.#times = { ...this.#times, lastSyncedAt: now }
    }
  }

  #carryOut(effect: SyncEffect): void {
    switch (effect.type) {
      case 'work':
        this.#quietStart.begin(effect.work, () => this.#begin(effect.workId, effect.work))
        return
      case 'goOn':
        this.#goesOn = effect.workId
        return
      case 'openFeed':
        this.#closeFeed = this.#parts.transport.follow({
          onHint: (hint) => this.dispatch({ type: 'hintHeard', hint }),
          onClose: () => this.dispatch({ type: 'feedClosed' }),
        })
        return
      case 'closeFeed':
        this.#closeFeed?.()
        this.#closeFeed = undefined
        return
      case 'setTimer':
        this.#cancelTimer?.()
        this.#cancelTimer = this.#parts.scheduler.after(effect.delayMs, () => this.dispatch({ type: 'timerFired' }))
        return
      case 'clearTimer':
        this.#cancelTimer?.()
        this.#cancelTimer = undefined
    }
  }

  /** It may have been given up while it waited for a quiet moment. */
  #begin(workId: number, work: SyncWork): void {
    if (this.#isWanted(workId)) void this.#work(workId, work)
  }

  #isWanted(workId: number): boolean {
    return !this.#isClosed && findUnderWay(this.#machine, workId) !== undefined
  }

  async #work(workId: number, work: SyncWork): Promise<void> {
    try {
      this.dispatch(await performWork(this.#context, workId, work))
    } catch (error) {
      if (error instanceof FenceLostError) this.#loseFence()
      else this.dispatch({ type: 'deviceFailed', workId, message: messageOf(error) })
    }
  }

  #mayGoOn(workId: number): boolean {
    this.dispatch({ type: 'pushAnswered', workId })
    const mayGoOn = this.#goesOn === workId
    this.#goesOn = undefined
    return mayGoOn
  }

  #loseFence(): void {
    if (this.#isClosed) return
    this.close()
    this.#parts.onFenceLost()
  }

  /** `nextRetryAt` is by the device's clock in the store and steady time in the machine. */
  async #readCounts(): Promise<CountedOutbox> {
    const changeCount = this.#changeCount
    const now = this.#parts.clock.now()
    const heldBelow = this.#machine.facts.conditions.hold?.below
    const counts = await this.#parts.store.counts(now, heldBelow)
    this.#countedAt = this.#steadyClock.now()
    const toSteady = this.#countedAt - now
    const found = { counts: shiftTimes(counts, toSteady), heldBelow, changeCount }
    // Looks that overlap may end in another order than they began: what is settled would seem to wait once more.
    if (this.#counted === undefined || changeCount >= this.#counted.changeCount) this.#counted = found
    const { changeCount: seen, ...counted } = this.#counted
    return { ...counted, isLatest: seen === this.#changeCount }
  }
}
