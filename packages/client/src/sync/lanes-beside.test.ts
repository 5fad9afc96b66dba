import { describe, expect, test } from 'vitest'
import { empty, MachineRun, pushed, started } from '../testing/machine-run.ts'
import { engineLimits } from './engine-limits.ts'
import type { ReplayVerdict } from './judge-replay.ts'
import { goodConditions } from './sync-conditions.ts'
import type { OutboxCounts } from './sync-store.ts'
import { allUnderWay, isResting } from './under-way.ts'

/** So many operations, and one request in each of these lanes. */
function waiting(operations: number, ...lanes: readonly string[]): OutboxCounts {
  const replays = lanes.map((lane) => {
    const [wasSent, isAhead, nextRetryAt] = [false, false, undefined]
    return { lane, level: 'NORMAL' as const, waiting: 1, wasSent, isAhead, nextRetryAt }
  })
  return { ...empty, pending: operations + lanes.length, sendable: operations, replays }
}

/** What is under way, by kind, and lanes by name. */
const out = ({ works }: MachineRun): readonly string[] => works.map((work) => (work.type === 'replay' ? work.lane : work.type))

function workIdOf({ state }: MachineRun, name: string): number {
  const found = allUnderWay(state).find(({ work }) => (work.type === 'replay' ? work.lane : work.type) === name)
  if (found === undefined) throw new Error(`${name} is not under way`)
  return found.workId
}

function endLane(run: MachineRun, lane: string, counts: OutboxCounts, verdict: ReplayVerdict = { type: 'done' }): MachineRun {
  const settledCount = verdict.type === 'done' ? 1 : 0
  return run.tell({ type: 'replayEnded', workId: workIdOf(run, lane), lane, verdict, settledCount, counts, isLatest: true })
}

/** As settings have it, from the beginning. */
function startedWith(requestsMax: number, counts: OutboxCounts): MachineRun {
  const run = new MachineRun().tell({ type: 'conditionsChanged', conditions: { ...goodConditions, requestsMax } })
  return run.tell({ type: 'enabled' }).tell({ type: 'wentOnline' }).count(counts)
}

const setMax = (run: MachineRun, requestsMax: number): MachineRun =>
  run.tell({ type: 'conditionsChanged', conditions: { ...goodConditions, requestsMax } })

describe('what hangs', () => {
  test('[LN1] a request that hangs delays neither a push nor another lane', () => {
    const run = started(waiting(0, 'hangs')).pull({ counts: waiting(0, 'hangs') })
    expect(out(run)).toEqual(['hangs'])
    run.now += 5_000
    run.tell({ type: 'outboxChanged' }).count(waiting(3, 'hangs', 'other'))
    expect(out(run)).toEqual(['push', 'hangs', 'other'])
    endLane(run, 'other', waiting(3, 'hangs'))
    run.settle(waiting(0, 'hangs'), 3)
    expect(out(run)).toEqual(['hangs'])
  })

  test('[LN1] what is made while a push hangs is looked for after a second, and goes', () => {
    const run = started(waiting(3)).tell({ type: 'outboxChanged' })
    expect([out(run), run.state.timerAt]).toEqual([['push'], engineLimits.lookBesideMs])
    run.ring()
    expect(out(run)).toEqual(['push', 'count'])
    run.tell({ type: 'outboxCounted', workId: workIdOf(run, 'count'), counts: waiting(3, 'new'), isLatest: true })
    expect([out(run), run.state.facts.counts?.pending]).toEqual([['push', 'new'], 4])
    expect(out(endLane(run, 'new', waiting(3)))).toEqual(['push'])
  })

  test('[LN1] a lane whose time comes while one batch follows the other goes, though nothing was counted to the end', () => {
    const known = waiting(3, 'later')
    const counts = { ...known, replays: (known.replays ?? []).map((lane) => ({ ...lane, nextRetryAt: 5_000 })) }
    const run = started(counts)
    for (let batch = 0; batch < 10; batch++) {
      run.now += 600
      const { workId } = run
      run.tell({ type: 'pushAnswered', workId })
      run.tell({ type: 'pushSettled', workId, ...pushed, counts, isLatest: false, isGoingOn: true })
    }
    expect(out(run)).toEqual(['push', 'later'])
  })

  test('[LN1] a device that fails to be looked at beside a push is looked at again later', () => {
    const run = started(waiting(3)).tell({ type: 'outboxChanged' }).ring()
    run.tell({ type: 'deviceFailed', workId: workIdOf(run, 'count'), message: 'the disk is full' })
    const { device } = run.state.facts
    expect([out(run), run.state.timerAt]).toEqual([['push'], device?.notBefore])
    expect(out(run.ring())).toEqual(['push', 'count'])
    expect(run.settle(empty, 3).state.facts.device).toBe(undefined)
  })
})

describe('room', () => {
  const lanes = ['a', 'b', 'c', 'd', 'e']

  test.each([
    [1, ['a']],
    [2, ['push', 'a']],
    [3, ['push', 'a', 'b']],
    [5, ['push', 'a', 'b', 'c', 'd']],
    [16, ['push', ...lanes]],
  ])('[LN2] with room for %i, what is out is no more, and the records have their place', (requestsMax, expected) => {
    const counts = waiting(3, ...lanes)
    const ahead = { ...counts, replays: (counts.replays ?? []).map((lane) => ({ ...lane, isAhead: true })) }
    expect(out(startedWith(requestsMax, ahead))).toEqual(expected)
  })

  test('[LN2] with room for one, records and requests take turns as they are due', () => {
    const run = startedWith(1, waiting(3, 'a'))
    expect(out(run)).toEqual(['push'])
    run.settle(waiting(0, 'a'), 3)
    expect(out(run)).toEqual(['a'])
    run.tell({ type: 'outboxChanged' }).count(waiting(3, 'a'))
    expect(out(run)).toEqual(['a'])
    expect(out(endLane(run, 'a', waiting(3)))).toEqual(['push'])
  })

  test('[LN2] lanes that hang together leave room for the records that are made later', () => {
    const run = started(waiting(0, ...lanes)).pull({ counts: waiting(0, ...lanes) })
    expect(out(run)).toEqual(['a', 'b'])
    run.tell({ type: 'outboxChanged' }).count(waiting(1, ...lanes))
    expect(out(run)).toEqual(['push', 'a', 'b'])
  })

  test('[LN2] where there is no room no timer rings for what could not begin', () => {
    const run = startedWith(1, waiting(0, 'a')).pull({ counts: waiting(0, 'a') })
    run.now += engineLimits.probeAgeMs * 2
    run.tell({ type: 'outboxChanged' }).count(waiting(0, 'a', 'b'))
    expect([out(run), run.state.timerAt]).toEqual([['a'], engineLimits.workTimeoutMs])
  })

  test('[LN3] one of a lane is out at a time, and the next when it has ended', () => {
    const two = { ...waiting(0, 'a'), pending: 2 }
    const run = started(two).pull({ counts: two })
    run.tell({ type: 'outboxChanged' }).count(two).tell({ type: 'woke' })
    expect(out(run)).toEqual(['pull', 'a'])
    const first = workIdOf(run, 'a')
    endLane(run, 'a', waiting(0, 'a'))
    expect([out(run), workIdOf(run, 'a') > first]).toEqual([['pull', 'a'], true])
  })

  test('[LN4] more room is used at once; with less, what is out is finished first', () => {
    const run = startedWith(1, waiting(3, ...lanes))
    expect(out(setMax(run, 4))).toEqual(['push', 'a', 'b', 'c'])
    setMax(run, 2)
    run.settle(waiting(3, ...lanes), 0)
    expect(out(run)).toEqual(['a', 'b', 'c'])
    endLane(run, 'a', waiting(3, 'b', 'c', 'd', 'e'))
    expect(out(run)).toEqual(['b', 'c'])
    run.now += 60_000
    endLane(run, 'b', waiting(3, 'c', 'd', 'e'))
    expect(out(run)).toEqual(['push', 'c'])
  })
})

describe('when they end', () => {
  test('[LN5] without a network none is out any more, and none of them has failed', () => {
    const run = started(waiting(3, 'a', 'b'))
    const [a, b] = [workIdOf(run, 'a'), workIdOf(run, 'b')]
    run.tell({ type: 'wentOffline', message: 'off' })
    expect([isResting(run.state), run.state.facts.replays.size, run.state.phase.status]).toEqual([true, 0, 'offline'])
    // They end all the same, unheard.
    const ended = { verdict: { type: 'done' }, settledCount: 1, counts: waiting(3), isLatest: true } as const
    run.tell({ type: 'replayEnded', workId: a, lane: 'a', ...ended })
    expect([out(run), run.state.facts.counts?.pending]).toEqual([['count'], 5])
    run.count(waiting(3, 'b')).tell({ type: 'wentOnline' }).count(waiting(3, 'b'))
    expect([out(run), workIdOf(run, 'b') > b]).toEqual([['push', 'b'], true])
  })

  test('[LN6] each is given up by its own time, and its lane waits', () => {
    const run = started(waiting(3, 'a'))
    run.now += 1_000
    run.settle(waiting(0, 'a', 'b'), 3)
    expect(out(run)).toEqual(['a', 'b'])
    run.now = engineLimits.workTimeoutMs
    run.tell({ type: 'timerFired' }).count(waiting(0, 'a', 'b'))
    expect([out(run), run.state.facts.replays.has('a'), run.state.facts.replays.has('b')]).toEqual([['pull', 'b'], true, false])
  })

  test('[LN6] a page that was frozen gives up what was out too long, all at once', () => {
    const run = started(waiting(3, 'a', 'b'))
    run.now += 3_600_000
    run.tell({ type: 'woke' })
    expect(out(run)).toEqual(['count'])
    run.count(waiting(3, 'a', 'b'))
    // It was given up as a request without an answer is, and whoever woke does not sit it out.
    expect(run.state.facts.connection.attempt).toBe(1)
    expect(out(run.tell({ type: 'woke' }))).toEqual(['push', 'a', 'b'])
  })

  test('[LN7] a run counts each of them once, and is not over while one is out', () => {
    const run = started(waiting(3, 'a', 'b'))
    expect(run.state.facts.run).toEqual({ current: 0, total: 5 })
    endLane(run, 'a', waiting(3, 'b'))
    run.tell({ type: 'pushSettled', workId: workIdOf(run, 'push'), counts: waiting(0, 'b'), ...pushed })
    expect([run.state.facts.run, run.state.phase.status, isResting(run.state)]).toEqual([
      { current: 4, total: 5 },
      'syncing',
      false,
    ])
    endLane(run, 'b', empty)
    expect([run.state.facts.run, run.state.phase.status, isResting(run.state)]).toEqual([undefined, 'upToDate', true])
  })

  test('[LN7] what a person asked for is asked for until the last of them has ended', () => {
    const run = started(waiting(0, 'a')).tell({ type: 'syncRequested' })
    for (let turn = 0; turn < 2; turn++) run.pull({ counts: waiting(0, 'a') }).count(waiting(0, 'a'))
    expect([out(run), run.state.facts.isAsked]).toEqual([['a'], true])
    expect(endLane(run, 'a', empty).state.facts.isAsked).toBe(false)
  })
})
