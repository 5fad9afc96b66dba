import type { Clock } from '@rejoin/core'
import { callListener } from '../record-database/call-listener.ts'
import type { RequestFailure, SyncFact, SyncWork } from './sync-event.ts'
import type { SyncMachine } from './sync-machine-state.ts'
import type { FailedAttempt, SyncObserver } from './sync-observer.ts'
import type { RunTrigger, SyncRun } from './sync-run.ts'
import type { Traffic } from './sync-transport.ts'
import { allUnderWay, isResting } from './under-way.ts'

export interface RunMeterParts {
  readonly clock: Clock
  readonly steadyClock: Clock
  readonly observer: SyncObserver | undefined
  readonly traffic: () => Traffic
}

/** What the work of a run came to, as it is told while the run goes on. */
export interface RunTally {
  readonly items?: number
  readonly received?: number
  readonly conflicts?: number
  readonly attempts?: readonly FailedAttempt[]
  /** The body of one request to a server of the app, which the transport does not count. */
  readonly replayedBytes?: number | undefined
}

interface OpenRun {
  readonly startedAt: number
  readonly steadyAt: number
  readonly before: Traffic
  trigger: RunTrigger
  isTold: boolean
  isCutShort: boolean
  items: number
  received: number
  conflicts: number
  failures: number
  replays: number
  replayedBytes: number
  error: SyncRun['error']
}

/** A look at what is here is no run. */
const quietWork: ReadonlySet<SyncWork['type']> = new Set(['count', 'revive', 'setAside', 'beginResync'])

const answered: ReadonlySet<SyncFact['type']> = new Set(['pushSettled', 'changesPulled', 'resyncPageApplied'])

const triggers: Partial<Record<SyncFact['type'], RunTrigger>> = {
  enabled: 'start',
  syncRequested: 'person',
  personAsked: 'person',
  outboxChanged: 'change',
  wentOnline: 'network',
  conditionsChanged: 'network',
  woke: 'wakeUp',
  hintHeard: 'hint',
}

/** Sees every step of the machine and tells an observer of runs and failed attempts. Decides nothing. */
export class RunMeter {
  readonly #parts: RunMeterParts
  #run: OpenRun | undefined
  #wakeUps = 0

  constructor(parts: RunMeterParts) {
    this.#parts = parts
  }

  /** What the work under way has done. */
  tally({ items = 0, received = 0, conflicts = 0, attempts = [], replayedBytes }: RunTally): void {
    const run = this.#run
    if (run !== undefined) {
      run.items += items
      run.received += received
      run.conflicts += conflicts
      run.failures += attempts.length
      run.replays += replayedBytes === undefined ? 0 : 1
      run.replayedBytes += replayedBytes ?? 0
    }
    for (const attempt of attempts) this.#tell((observer) => observer.attemptFailed(attempt))
  }

  /** The machine went from one state to the next because of this fact. */
  note(fact: SyncFact, before: SyncMachine, after: SyncMachine): void {
    if (fact.type === 'timerFired') this.#wakeUps++
    if (isResting(before) && !isResting(after)) this.#run ??= this.#open(fact)
    const run = this.#run
    if (run === undefined) return
    run.trigger = betterTrigger(fact, run)
    run.error = errorAfter(fact, run.error)
    const isAtServer = allUnderWay(after).some(({ work }) => !quietWork.has(work.type))
    if (isAtServer || run.error !== undefined) this.#tellStart(run)
    run.isCutShort ||= fact.type === 'disabled' || fact.type === 'wentOffline'
    if (!isResting(after)) return
    // Work that was given up after a while says nothing itself.
    run.error ??= after.facts.connection.trouble?.reason
    this.#end(run)
  }

  /** Nothing more comes of what is under way. */
  close(): void {
    if (this.#run === undefined) return
    this.#run.isCutShort = true
    this.#end(this.#run)
  }

  #open(fact: SyncFact): OpenRun {
    const { clock, steadyClock, traffic } = this.#parts
    return {
      startedAt: clock.now(),
      steadyAt: steadyClock.now(),
      before: traffic(),
      trigger: triggers[fact.type] ?? 'timer',
      isTold: false,
      isCutShort: false,
      items: 0,
      received: 0,
      conflicts: 0,
      failures: 0,
      replays: 0,
      replayedBytes: 0,
      error: undefined,
    }
  }

  #tellStart(run: OpenRun): void {
    if (run.isTold) return
    run.isTold = true
    const { startedAt, trigger } = run
    this.#tell((observer) => observer.runStarted({ startedAt, trigger }))
  }

  #end(run: OpenRun): void {
    this.#run = undefined
    if (!run.isTold) return
    const { steadyClock, traffic } = this.#parts
    const {
      startedAt,
      steadyAt,
      before,
      trigger,
      items,
      received,
      conflicts,
      failures,
      error,
      isCutShort,
      replays,
      replayedBytes,
    } = run
    const after = traffic()
    const ended: SyncRun = {
      startedAt,
      durationMs: Math.max(0, Math.round(steadyClock.now() - steadyAt)),
      trigger,
      outcome: isCutShort ? 'interrupted' : error === undefined ? 'done' : 'failed',
      ...(error !== undefined && { error }),
      items,
      received,
      conflicts,
      failures,
      requests: after.requests - before.requests + replays,
      bytesSent: after.bytesSent - before.bytesSent + replayedBytes,
      bytesReceived: after.bytesReceived - before.bytesReceived,
      wakeUps: this.#wakeUps,
    }
    this.#wakeUps = 0
    this.#tell((observer) => observer.runEnded(ended))
  }

  #tell(call: (observer: SyncObserver) => void): void {
    const { observer } = this.#parts
    if (observer !== undefined) callListener(() => call(observer))
  }
}

/** A person stands above everything; what is heard while a tab begins is part of the beginning. */
function betterTrigger({ type }: SyncFact, { trigger, isTold }: OpenRun): RunTrigger {
  if (triggers[type] === 'person') return 'person'
  return type === 'enabled' && !isTold ? 'start' : trigger
}

/** What stands in the way after this; gone with the next request that is answered. */
function errorAfter(fact: SyncFact, before: SyncRun['error']): SyncRun['error'] {
  if (answered.has(fact.type)) return undefined
  if (fact.type === 'deviceFailed') return { code: 'DEVICE', message: fact.message }
  if (fact.type === 'tokenNotRenewed') return { code: 'TOKEN_UNAVAILABLE', message: fact.message }
  return fact.type === 'requestFailed' ? { code: codeOf(fact.failure), message: fact.failure.message } : before
}

function codeOf(failure: RequestFailure): string {
  switch (failure.type) {
    case 'refused':
      return failure.code
    case 'unreachable':
      return 'UNREACHABLE'
    case 'unexpected':
      return 'UNEXPECTED_ANSWER'
  }
}
