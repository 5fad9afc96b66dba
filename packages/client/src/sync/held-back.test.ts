import { describe, expect, test } from 'vitest'
import { empty, type MachineRun, three, upToDate, workTypeOf } from '../testing/machine-run.ts'
import { stateOfEngine } from './shown-state.ts'
import { goodConditions, type Hold, type SyncConditions } from './sync-conditions.ts'
import { transition } from './sync-machine.ts'
import type { OutboxCounts } from './sync-store.ts'

const held = (below: Hold['below'], code = 'METERED'): SyncConditions => ({
  ...goodConditions,
  hold: { below, code, reason: 'It waits.' },
})
/** Two of three are below the level. */
const oneOfThree: OutboxCounts = { ...three, sendable: 1, held: 2 }
const twoHeld: OutboxCounts = { ...empty, pending: 2, held: 2 }
const reason = { code: 'METERED', message: 'It waits.' }

const underway = (conditions: SyncConditions): MachineRun =>
  upToDate().tell({ type: 'conditionsChanged', conditions }).tell({ type: 'outboxChanged' })

const shown = ({ state }: MachineRun) =>
  stateOfEngine({
    machine: state,
    times: { lastSyncedAt: undefined, lastPushedAt: undefined, lastPulledAt: undefined },
    nextAttemptAt: undefined,
  })

describe('what conditions hold back', () => {
  test('[HB1] it stays pending and is never called up to date; the state says how many, and why', () => {
    const run = underway(held('NORMAL')).count(twoHeld)
    expect(run.work).toBeUndefined()
    expect(run.state.phase).toEqual({ status: 'paused', reason })
    expect(shown(run)).toMatchObject({
      status: 'paused',
      pending: 2,
      heldBack: { count: 2, code: 'METERED', reason: 'It waits.' },
    })
  })

  test('[HB1] with nothing held back nothing is said of it', () => {
    expect('heldBack' in shown(upToDate().tell({ type: 'conditionsChanged', conditions: held('NORMAL') }))).toBe(false)
  })

  test('[HB2] what is at or above the level goes, and is asked for as such', () => {
    const run = underway(held('NORMAL')).count(oneOfThree)
    expect(run.work).toMatchObject({ type: 'push', heldBelow: 'NORMAL' })
    run.settle(twoHeld, 1)
    expect([run.work, run.state.phase.status]).toEqual([undefined, 'paused'])
  })

  test('[HB3] what was sent already is brought to its end, even where everything waits', () => {
    const run = underway(held('all')).count({ ...twoHeld, pending: 3, inFlight: 1, sendable: 1 })
    expect(run.work).toMatchObject({ type: 'push', heldBelow: 'all' })
    run.settle(twoHeld, 1)
    expect(run.work).toBeUndefined()
  })

  test('[HB3] and at its time, where it was planned for later', () => {
    const run = underway(held('all')).count({ ...twoHeld, pending: 3, inFlight: 1, nextRetryAt: 20_000 })
    expect([run.work, run.state.timerAt]).toEqual([undefined, 20_000])
    expect(run.ring().work).toMatchObject({ type: 'push', heldBelow: 'all' })
  })

  test('[HB4] "Sync now" sends everything, and fetches', () => {
    const run = underway(held('all')).count(twoHeld)
    run.tell({ type: 'syncRequested' }).count(twoHeld)
    expect(run.work).toEqual({ type: 'push', limits: run.state.facts.batch.limits, atMost: 500 })
    expect('heldBack' in shown(run)).toBe(false)
    run.settle(empty, 2)
    expect([run.work, run.state.phase.status, run.state.facts.isAsked]).toEqual([undefined, 'upToDate', false])
  })

  test('[HB4] so does a person who enables syncing, or tries a change again', () => {
    const run = underway(held('NORMAL')).count(twoHeld).tell({ type: 'personAsked' })
    expect(workTypeOf(run)).toBe('count')
    expect(workTypeOf(run.count(twoHeld))).toBe('push')
  })

  test('[HB4] what was asked for is not forgotten over a failure, nor while there is no network', () => {
    const run = underway(held('all')).count(twoHeld).tell({ type: 'syncRequested' }).count(twoHeld)
    run.fail({ type: 'unreachable', message: 'no answer' }).count(twoHeld)
    expect([run.work, run.state.facts.isAsked]).toEqual([undefined, true])
    run.tell({ type: 'wentOffline', message: 'off' })
    expect(workTypeOf(run.tell({ type: 'wentOnline' }).count(twoHeld))).toBe('push')
  })

  test('[HB4] what is made after it waits again', () => {
    const run = underway(held('NORMAL')).count(twoHeld).tell({ type: 'syncRequested' }).count(twoHeld).settle(empty, 2)
    run.tell({ type: 'outboxChanged' }).count(twoHeld)
    expect([run.work, run.state.phase.status]).toEqual([undefined, 'paused'])
  })

  test('[HB5] better conditions let go of it at once', () => {
    const run = underway(held('NORMAL')).count(twoHeld).tell({ type: 'conditionsChanged', conditions: goodConditions })
    expect(workTypeOf(run)).toBe('count')
    expect(workTypeOf(run.count({ ...empty, pending: 2, sendable: 2 }))).toBe('push')
  })

  test('[HB5] counts that were read under other conditions are read again', () => {
    const run = underway(held('NORMAL'))
    const { workId } = run
    run.tell({ type: 'conditionsChanged', conditions: held('HIGH') })
    run.tell({ type: 'outboxCounted', workId, counts: oneOfThree, isLatest: true, heldBelow: 'NORMAL' })
    expect(workTypeOf(run)).toBe('count')
    expect(run.count({ ...twoHeld, pending: 3, held: 3 }).work).toBeUndefined()
  })

  test('[HB5] conditions that change while batch follows batch are heeded with the next one', () => {
    const sendsOn = (conditions: SyncConditions): boolean => {
      const many: OutboxCounts = { ...empty, pending: 2_000, sendable: 2_000 }
      const run = upToDate().tell({ type: 'outboxChanged' }).count(many).tell({ type: 'conditionsChanged', conditions })
      const event = { type: 'pushAnswered', workId: run.workId, now: run.now, random: 0.5 } as const
      return transition(run.state, event).effects.some(({ type }) => type === 'goOn')
    }
    expect([goodConditions, held('NORMAL'), held('all')].map(sendsOn)).toEqual([true, false, false])
  })

  test('[HB6] where everything waits, nobody asks for news: no request, no feed, no timer', () => {
    const run = upToDate()
    expect(run.state.facts.feed.isOpen).toBe(true)
    run.tell({ type: 'conditionsChanged', conditions: held('all') })
    expect(run.state.facts.feed.isOpen).toBe(false)
    run.ring()
    expect(run.now).toBe(45_000)
    expect([run.work, run.state.timerAt, run.state.phase]).toEqual([undefined, undefined, { status: 'paused', reason }])
    expect(shown(run).heldBack).toEqual({ count: 0, code: 'METERED', reason: 'It waits.' })
    run.tell({ type: 'conditionsChanged', conditions: goodConditions })
    expect(run.work).toEqual({ type: 'pull' })
  })

  test('[HB7] the server is asked as often as the conditions say', () => {
    const run = upToDate().tell({ type: 'conditionsChanged', conditions: { ...goodConditions, intervalMs: 600_000 } })
    const hint = { type: 'hintHeard', hint: { from: 5, to: 5, head: 5, epoch: 'a' } } as const
    run.tell(hint).pull()
    let asked = 0
    while (run.now < 1_300_000) {
      run.now += 20_000
      run.tell(hint)
      if (workTypeOf(run) !== 'pull') continue
      asked++
      run.pull()
    }
    expect(asked).toBe(2)
  })
})
