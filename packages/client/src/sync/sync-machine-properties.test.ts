import { syncLimits } from '@rejoin/core'
import { createSeededRandom, type SeededRandom } from '@rejoin/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canTalk, dueWork } from './due-work.ts'
import type { ReplayVerdict } from './judge-replay.ts'
import type { ReplayLane } from './replay-lane.ts'
import { goodConditions } from './sync-conditions.ts'
import type { OutboxCounts } from './sync-store.ts'
import type { CountedOutbox, RequestFailure, SyncEffect, SyncEvent, SyncFact, SyncWork } from './sync-event.ts'
import { createSyncMachine, type SyncMachine } from './sync-machine-state.ts'
import { transition } from './sync-machine.ts'
import { allUnderWay, isLocal, isResting, lanesOut, type Working } from './under-way.ts'

const limits = { operationsMax: 500, requestBytesMax: 512 * 1024 }
const networkWork: ReadonlySet<SyncWork['type']> = new Set(['push', 'pull', 'pullResync', 'renewToken', 'replay'])

function must(isTrue: boolean, rule: string): void {
  if (!isTrue) throw new Error(`broken: ${rule}`)
}

/** A device whose outbox, server, network and person do as chance will. */
class World {
  state: SyncMachine = createSyncMachine()
  now = 0
  /** What the outbox holds in truth. */
  pending = 0
  failed = 0
  head = 1
  isFeedOpen = false
  /** The push whose next batch has left. */
  #nextOf: number | undefined
  readonly random: SeededRandom
  /** Requests of the app, by lane. */
  readonly requestsByLane = new Map<string, number>()
  /** As it was a while ago. */
  #countedBefore: OutboxCounts | undefined

  constructor(seed: number) {
    this.random = createSeededRandom(seed)
  }

  tell(fact: SyncFact): void {
    const before = this.state
    const event: SyncEvent = { ...fact, now: this.now, random: this.random.next() }
    const { state, effects } = transition(before, event)
    this.state = state
    for (const effect of effects) this.#carryOut(effect)
    this.#check(before)
  }

  get requests(): number {
    return [...this.requestsByLane.values()].reduce((sum, waiting) => sum + waiting, 0)
  }

  /** The app keeps a request. */
  capture(): void {
    const lane = this.random.pick(['a', 'b', 'c', 'd'])
    this.requestsByLane.set(lane, (this.requestsByLane.get(lane) ?? 0) + 1)
    this.tell({ type: 'outboxChanged' })
  }

  write(): void {
    this.pending += this.random.pick([1, 1, 400])
    this.tell({ type: 'outboxChanged' })
  }

  /** Time goes by until the timer fires. */
  ring(): void {
    if (this.state.timerAt === undefined) return
    this.now = Math.max(this.now, this.state.timerAt)
    this.tell({ type: 'timerFired' })
  }

  /** Some of the work under way ends: well, or as chance will. */
  end(isWell: boolean): void {
    const underWay = allUnderWay(this.state)
    if (underWay.length === 0) return
    const { workId, work } = this.random.pick(underWay)
    if (work.type === 'push' && this.pending > work.atMost / 2 && this.random.chance(0.5))
      this.tell({ type: 'pushAnswered', workId })
    if (!isWell && this.random.chance(0.5)) this.tell(this.#failureOf(workId, work))
    else this.tell(this.#successOf(workId, work, isWell))
  }

  #successOf(workId: number, work: SyncWork, isWell: boolean): SyncFact {
    const oddly = <T>(odd: T, even: T): T => (!isWell && this.random.chance(0.2) ? odd : even)
    const page = () => ({
      hasMore: oddly(true, false),
      lastSeq: oddly<number | undefined>(this.head, undefined),
      resyncRequired: oddly<'tooOld' | undefined>('tooOld', undefined),
      isApplied: oddly(false, true),
    })
    switch (work.type) {
      case 'push': {
        const sent = Math.min(this.pending, work.atMost)
        if (sent === 0) return { type: 'nothingWasSendable', workId, ...this.#counted() }
        const settledCount = oddly(0, sent)
        this.pending -= settledCount
        this.head++
        const isGoingOn = this.#nextOf === workId
        this.#nextOf = undefined
        const counted = isGoingOn && this.random.chance(0.5) ? { counts: undefined } : this.#counted()
        return { type: 'pushSettled', workId, page: page(), settledCount, limits, isGoingOn, ...counted }
      }
      case 'pull':
        return { type: 'changesPulled', workId, page: page(), ...this.#counted() }
      case 'beginResync':
        return { type: 'resyncBegun', workId }
      case 'pullResync':
        return oddly<SyncFact>(
          { type: 'resyncRefused', workId },
          { type: 'resyncPageApplied', workId, next: oddly<string | undefined>('next', undefined), lastSeq: undefined },
        )
      case 'renewToken':
        return { type: 'tokenRenewed', workId }
      case 'replay':
        return this.#replayOf(workId, work, isWell)
      case 'setAside':
        this.pending = Math.max(0, this.pending - work.blame.operationIds.length)
        this.failed += work.blame.operationIds.length
        return { type: 'outboxCounted', workId, ...this.#counted() }
      case 'revive':
      case 'count':
        return { type: 'outboxCounted', workId, ...this.#counted() }
    }
  }

  /** One that is settled is followed by the next of its lane. */
  #replayOf(workId: number, { lane }: Extract<SyncWork, { readonly type: 'replay' }>, isWell: boolean): SyncFact {
    const verdict = isWell ? { type: 'done' as const } : this.random.pick(verdicts)
    const waiting = this.requestsByLane.get(lane) ?? 0
    if (waiting === 0)
      return { type: 'replayEnded', workId, lane, verdict: { type: 'none' }, settledCount: 0, ...this.#counted() }
    const settledCount = verdict.type === 'done' || verdict.type === 'told' ? 1 : 0
    this.requestsByLane.set(lane, waiting - settledCount)
    return { type: 'replayEnded', workId, lane, verdict, settledCount, ...this.#counted() }
  }

  #failureOf(workId: number, work: SyncWork): SyncFact {
    if (work.type === 'replay' && this.random.chance(0.9)) return this.#replayOf(workId, work, false)
    if (!networkWork.has(work.type) || this.random.chance(0.1)) return { type: 'deviceFailed', workId, message: 'full' }
    if (work.type === 'renewToken') return { type: 'tokenNotRenewed', workId, message: 'signed out' }
    const length = work.type === 'push' ? Math.min(this.pending, work.atMost) : 0
    const failure = this.random.pick<RequestFailure>([
      { type: 'unreachable', message: '' },
      { type: 'unexpected', message: '' },
      ...[400, 401, 403, 404, 413, 422, 426, 429, 500, 503].map((status) => ({
        type: 'refused' as const,
        status,
        code: String(status),
        message: '',
        retryAfterMs: this.random.pick([0, 1000, 90_000]),
      })),
    ])
    return { type: 'requestFailed', workId, failure, operationIds: Array.from({ length }, (_, index) => `${index}`) }
  }

  /** What is read while other work goes on may be old when it is told. */
  #counted(): CountedOutbox {
    const before = this.#countedBefore
    const heldBelow = this.state.facts.conditions.hold?.below
    if (before !== undefined && this.random.chance(0.1)) return { counts: before, isLatest: false, heldBelow }
    const { pending, failed, requests } = this
    const replays = [...this.requestsByLane].flatMap(([lane, waiting]) => (waiting > 0 ? [laneOf(lane, waiting)] : []))
    const counts = {
      pending: pending + requests,
      inFlight: 0,
      failed,
      attention: 0,
      nextRetryAt: undefined,
      sendable: pending,
      replays,
    }
    this.#countedBefore = counts
    return { counts, isLatest: true, heldBelow }
  }

  #carryOut(effect: SyncEffect): void {
    if (effect.type === 'openFeed') {
      must(!this.isFeedOpen, 'a feed is opened once')
      this.isFeedOpen = true
    }
    if (effect.type === 'closeFeed') {
      must(this.isFeedOpen, 'a feed that is closed was open')
      this.isFeedOpen = false
    }
    if (effect.type === 'goOn') this.#nextOf = effect.workId
    if (effect.type === 'goOn' || (effect.type === 'work' && networkWork.has(effect.work.type))) {
      must(canTalk(this.state.facts), 'a request is made only where it may be')
    }
  }

  #check(before: SyncMachine): void {
    const { facts, phase, timerAt } = this.state
    const requests = allUnderWay(this.state).filter(({ work }) => !isLocal(work))
    // The watchdog: whoever may talk works or has a timer armed, and nothing is left that could begin.
    must(dueWork(facts, this.state, this.now).length === 0, 'what is due begins')
    must(timerAt !== undefined || (isResting(this.state) && !canTalk(facts)), 'a timer is armed')
    must(timerAt === undefined || timerAt > this.now, 'a timer is for something to come')
    must(requests.length === 0 || canTalk(facts), 'a request ends with the chance to make it')
    this.#checkRoom(requests, before)
    if (phase.status !== 'upToDate') return
    must(this.pending === 0 && this.requests === 0 && this.failed === 0, 'up to date has an empty outbox')
    const ageMs = this.now - (facts.head.confirmedAt ?? -Infinity)
    must(ageMs < syncLimits.headAgeMsMax && phase.until <= this.now - ageMs + syncLimits.headAgeMsMax, 'the head was confirmed')
    must(timerAt !== undefined && timerAt <= phase.until, 'up to date ends by itself')
  }

  #checkRoom(requests: readonly Working[], before: SyncMachine): void {
    const { facts, activity, beside } = this.state
    const { requestsMax } = facts.conditions
    const isOld = ({ workId }: Working): boolean => workId <= before.lastWorkId
    must(requests.length <= requestsMax || requests.every(isOld), 'no more requests are out than there is room for')
    const replays = requests.filter(({ work }) => work.type === 'replay')
    must(replays.length === lanesOut(this.state).size, 'one request of a lane at a time')
    must(beside.length - replays.length <= 1, 'one look at the device at a time')
    must(activity.type === 'resting' || activity.work.type !== 'replay', 'requests of the app do not stand in the way')
    const isBlocked = requestsMax > 1 && replays.length >= requestsMax && !replays.some(isOld)
    must(!isBlocked, 'room is kept for the sync server')
  }
}

function laneOf(lane: string, waiting: number): ReplayLane {
  return { lane, waiting, level: 'NORMAL', wasSent: false, isAhead: lane === 'b', nextRetryAt: undefined }
}

const verdicts: readonly ReplayVerdict[] = [
  { type: 'done' },
  { type: 'told', kind: 'conflict', code: 'CONFLICT', message: '' },
  { type: 'attempt', message: '' },
  { type: 'later', retryAfterMs: 90_000, message: '' },
  { type: 'later', retryAfterMs: undefined, message: '' },
  { type: 'signIn', message: '' },
  { type: 'noToken', message: '' },
  { type: 'unreachable', message: '' },
  { type: 'unexpected', message: '' },
]

function disturb(world: World): void {
  const { random } = world
  const hint = { from: world.head, to: world.head, head: world.head, epoch: random.pick(['a', 'a', 'a', 'b']) }
  const moves: readonly (() => void)[] = [
    () => world.end(false),
    () => world.end(false),
    () => world.end(true),
    () => world.ring(),
    () => world.write(),
    () => world.capture(),
    () => world.capture(),
    () => world.tell({ type: 'conditionsChanged', conditions: { ...goodConditions, requestsMax: 1 + random.below(4) } }),
    () => world.tell({ type: 'wentOnline' }),
    () => world.tell({ type: 'wentOffline', message: 'off' }),
    () => world.tell({ type: random.pick(['woke', 'syncRequested', 'enabled', 'disabled', 'outboxChanged']) }),
    () => {
      if (random.chance(0.5)) world.head++
      if (world.isFeedOpen) world.tell({ type: 'hintHeard', hint })
    },
    () => {
      if (!world.isFeedOpen) return
      world.isFeedOpen = false
      world.tell({ type: 'feedClosed' })
    },
    // The end of work that was given up long ago.
    () => world.tell({ type: 'resyncBegun', workId: random.below(world.state.lastWorkId + 1) - 1 }),
    () => {
      world.now += random.below(100_000)
      if (world.state.timerAt !== undefined && world.now >= world.state.timerAt) world.tell({ type: 'timerFired' })
    },
  ]
  random.pick(moves)()
}

test('[SM16] whatever happens: pending, able, idle, without a timer is impossible, and `upToDate` is true (kill case 49)', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 300 }), (seed, steps) => {
      const world = new World(seed)
      for (let step = 0; step < steps; step++) disturb(world)
    }),
    { numRuns: 400 },
  )
})

test('[SM17] from wherever it was driven, a good network and timers alone bring everything to the server', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 200 }), (seed, steps) => {
      const world = new World(seed)
      for (let step = 0; step < steps; step++) disturb(world)
      world.tell({ type: 'enabled' })
      world.tell({ type: 'wentOnline' })
      for (let turn = 0; turn < 200 && (world.pending + world.requests > 0 || world.state.phase.status !== 'upToDate'); turn++) {
        if (isResting(world.state)) world.ring()
        else world.end(true)
      }
      expect(world.pending + world.requests).toBe(0)
      expect(world.state.phase.status).toBe(world.failed > 0 ? 'error' : 'upToDate')
    }),
    { numRuns: 400 },
  )
})
