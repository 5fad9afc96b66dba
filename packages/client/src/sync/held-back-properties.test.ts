import type { Priority } from '@rejoin/core'
import { createSeededRandom, type SeededRandom } from '@rejoin/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canTalk, dueWork, heldCount, holdOf } from './due-work.ts'
import { goodConditions, type Hold, type SyncConditions } from './sync-conditions.ts'
import type { SyncEffect, SyncEvent, SyncFact, SyncWork } from './sync-event.ts'
import { createSyncMachine, type SyncMachine } from './sync-machine-state.ts'
import { transition } from './sync-machine.ts'
import type { OutboxCounts } from './sync-store.ts'
import { allUnderWay, isResting } from './under-way.ts'

const limits = { operationsMax: 500, requestBytesMax: 512 * 1024 }
const rank = { LOW: 0, NORMAL: 1, HIGH: 2, all: 3 } as const
const levels: readonly Priority[] = ['HIGH', 'NORMAL', 'LOW']

function must(isTrue: boolean, rule: string): void {
  if (!isTrue) throw new Error(`broken: ${rule}`)
}

const heldBelow = (below: Hold['below']): SyncConditions => ({ ...goodConditions, hold: { below, code: below, reason: below } })

/** A device whose settings, power and network change as chance will. Three levels of changes wait; what was sent without an answer is sent again. */
class World {
  state: SyncMachine = createSyncMachine()
  now = 0
  readonly waiting: Record<Priority, number> = { HIGH: 0, NORMAL: 0, LOW: 0 }
  sent = 0
  /** Somebody asked for everything, and it may not all be done yet. */
  mayBeAsked = false
  isFeedOpen = false
  readonly random: SeededRandom

  constructor(seed: number) {
    this.random = createSeededRandom(seed)
  }

  get pending(): number {
    return this.sent + this.waiting.HIGH + this.waiting.NORMAL + this.waiting.LOW
  }

  tell(fact: SyncFact): void {
    if (fact.type === 'syncRequested' || fact.type === 'personAsked') this.mayBeAsked = true
    const event: SyncEvent = { ...fact, now: this.now, random: this.random.next() }
    const { state, effects } = transition(this.state, event)
    this.state = state
    for (const effect of effects) this.#carryOut(effect)
    const { facts } = state
    const isDone = isResting(state) && canTalk(facts) && facts.connection.notBefore === undefined
    if (isDone && facts.device === undefined) this.mayBeAsked = false
    this.#check()
  }

  write(level: Priority): void {
    this.waiting[level]++
    this.tell({ type: 'outboxChanged' })
  }

  loseFeed(): void {
    this.isFeedOpen = false
    this.tell({ type: 'feedClosed' })
  }

  ring(): void {
    if (this.state.timerAt === undefined) return
    this.now = Math.max(this.now, this.state.timerAt)
    this.tell({ type: 'timerFired' })
  }

  end(isWell: boolean): void {
    const underWay = allUnderWay(this.state)
    if (underWay.length === 0) return
    const { workId, work } = this.random.pick(underWay)
    if (work.type === 'push') this.#endPush(workId, work, isWell)
    else if (!isWell && this.random.chance(0.3)) this.tell({ type: 'deviceFailed', workId, message: 'full' })
    else if (work.type === 'pull')
      this.tell(
        isWell || this.random.chance(0.5)
          ? { type: 'changesPulled', workId, page, ...this.#counted() }
          : { type: 'requestFailed', workId, failure: { type: 'unreachable', message: '' }, operationIds: [] },
      )
    else if (work.type === 'renewToken') this.tell({ type: 'tokenRenewed', workId })
    else this.tell({ type: 'outboxCounted', workId, ...this.#counted() })
  }

  /** What is sent is at or above the level, whatever the counts say. */
  #endPush(workId: number, work: Extract<SyncWork, { readonly type: 'push' }>, isWell: boolean): void {
    const taken = levels.filter((level) => rank[level] >= rank[work.heldBelow ?? 'LOW'])
    for (const level of taken) {
      this.sent += this.waiting[level]
      this.waiting[level] = 0
    }
    if (this.sent === 0) return this.tell({ type: 'nothingWasSendable', workId, ...this.#counted() })
    if (isWell || this.random.chance(0.5)) {
      const settledCount = this.sent
      this.sent = 0
      return this.tell({ type: 'pushSettled', workId, page, settledCount, limits, isGoingOn: false, ...this.#counted() })
    }
    const refused = {
      type: 'refused',
      status: this.random.pick([401, 429, 503]),
      code: '',
      message: '',
      retryAfterMs: 5_000,
    } as const
    const failure = this.random.chance(0.5) ? refused : ({ type: 'unreachable', message: '' } as const)
    this.tell({ type: 'requestFailed', workId, failure, operationIds: Array.from({ length: this.sent }, String) })
  }

  /** As a store counts that was asked under some conditions: mostly those of now. */
  #counted(): { counts: OutboxCounts; isLatest: boolean; heldBelow: Hold['below'] | undefined } {
    const now = this.state.facts.conditions.hold?.below
    const below = this.random.chance(0.9)
      ? now
      : this.random.pick([heldBelow('HIGH'), heldBelow('all'), goodConditions]).hold?.below
    const held = levels.reduce((sum, level) => sum + (rank[level] < rank[below ?? 'LOW'] ? this.waiting[level] : 0), 0)
    const { pending, sent } = this
    const counts = { pending, inFlight: sent, failed: 0, attention: 0, nextRetryAt: undefined, sendable: pending - held }
    return { counts: below === undefined ? counts : { ...counts, held }, isLatest: true, heldBelow: below }
  }

  #carryOut(effect: SyncEffect): void {
    if (effect.type === 'openFeed') this.isFeedOpen = true
    if (effect.type === 'closeFeed') this.isFeedOpen = false
    if (effect.type !== 'work') return
    const { work } = effect
    const { below } = this.state.facts.conditions.hold ?? {}
    if (work.type === 'push') {
      must(
        work.heldBelow === below || (work.heldBelow === undefined && this.mayBeAsked),
        'only a person stands above the conditions',
      )
    }
    const isNews = work.type === 'pull' || work.type === 'pullResync' || work.type === 'beginResync'
    must(!isNews || below !== 'all' || this.mayBeAsked || this.sent > 0, 'where everything waits nobody asks for news')
  }

  #check(): void {
    const { facts, phase, timerAt } = this.state
    must(dueWork(facts, this.state, this.now).length === 0, 'what is due begins')
    const isAble = canTalk(facts) && holdOf(facts)?.below !== 'all'
    must(timerAt !== undefined || (isResting(this.state) && !isAble), 'a timer is armed')
    must(timerAt === undefined || timerAt > this.now, 'a timer is for something to come')
    must(phase.status !== 'upToDate' || this.pending === 0, 'what is held back is not up to date')
    must(!this.isFeedOpen || facts.conditions.hold?.below !== 'all', 'where everything waits there is no feed')
    const { below } = holdOf(facts) ?? {}
    if (!isResting(this.state) || !canTalk(facts) || facts.device !== undefined || facts.connection.notBefore !== undefined)
      return
    const left = levels.reduce((sum, level) => sum + (rank[level] >= rank[below ?? 'LOW'] ? this.waiting[level] : 0), this.sent)
    must(left === 0, 'who rests has left nothing that may go')
    must(this.pending === 0 || phase.status === 'paused', 'what is held back is said')
    must(heldCount(facts) === this.pending, 'all that is held back is counted')
  }
}

const page = { hasMore: false, lastSeq: undefined, resyncRequired: undefined, isApplied: true } as const

function disturb(world: World): void {
  const { random } = world
  const moves: readonly (() => void)[] = [
    () => world.end(false),
    () => world.end(true),
    () => world.end(true),
    () => world.ring(),
    () => world.write(random.pick(levels)),
    () =>
      world.tell({ type: 'conditionsChanged', conditions: heldBelow(random.pick(['NORMAL', 'HIGH', 'all', 'all'] as const)) }),
    () => world.tell({ type: 'conditionsChanged', conditions: goodConditions }),
    () => world.tell({ type: 'wentOnline' }),
    () => world.tell({ type: 'wentOffline', message: 'off' }),
    () => world.tell({ type: random.pick(['woke', 'syncRequested', 'personAsked', 'enabled', 'disabled', 'outboxChanged']) }),
    () => {
      if (world.isFeedOpen && random.chance(0.3)) world.loseFeed()
      else if (world.isFeedOpen) world.tell({ type: 'hintHeard', hint: { from: 1, to: 1, head: 1, epoch: 'a' } })
    },
    () => {
      world.now += random.below(100_000)
      if (world.state.timerAt !== undefined && world.now >= world.state.timerAt) world.tell({ type: 'timerFired' })
    },
  ]
  random.pick(moves)()
}

const driven = (seed: number, steps: number): World => {
  const world = new World(seed)
  for (let step = 0; step < steps; step++) disturb(world)
  return world
}

/** Everything goes well from here on. */
function bringToRest(world: World): void {
  for (let turn = 0; turn < 200; turn++) {
    if (!isResting(world.state)) world.end(true)
    else if (world.state.facts.connection.notBefore !== undefined || world.state.facts.device !== undefined) world.ring()
    else return
  }
  throw new Error('it never rests')
}

const seeds = [fc.integer(), fc.integer({ min: 1, max: 300 })] as const

test('[HB1, HB2, HB3, HB6] whatever changes when: what is held back waits and is said, what is not goes', () => {
  fc.assert(
    fc.property(...seeds, (seed, steps) => void driven(seed, steps)),
    { numRuns: 600 },
  )
})

test('[HB4] from wherever it was driven, under any conditions, "Sync now" brings everything to the server', () => {
  fc.assert(
    fc.property(...seeds, fc.constantFrom('NORMAL', 'HIGH', 'all'), (seed, steps, below) => {
      const world = driven(seed, steps)
      world.tell({ type: 'enabled' })
      world.tell({ type: 'wentOnline' })
      world.tell({ type: 'conditionsChanged', conditions: heldBelow(below) })
      world.tell({ type: 'syncRequested' })
      bringToRest(world)
      expect([world.pending, world.state.phase.status, world.state.facts.isAsked]).toEqual([0, 'upToDate', false])
    }),
    { numRuns: 400 },
  )
})

test('[HB5] from wherever it was driven, good conditions bring everything to the server', () => {
  fc.assert(
    fc.property(...seeds, (seed, steps) => {
      const world = driven(seed, steps)
      world.tell({ type: 'enabled' })
      world.tell({ type: 'wentOnline' })
      world.tell({ type: 'conditionsChanged', conditions: goodConditions })
      bringToRest(world)
      expect(world.pending).toBe(0)
    }),
    { numRuns: 400 },
  )
})
