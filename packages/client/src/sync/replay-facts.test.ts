import { describe, expect, test } from 'vitest'
import { empty, started, workTypeOf, type MachineRun } from '../testing/machine-run.ts'
import { engineLimits } from './engine-limits.ts'
import type { ReplayVerdict } from './judge-replay.ts'
import type { ReplayLane } from './replay-lane.ts'
import { goodConditions } from './sync-conditions.ts'
import type { OutboxCounts } from './sync-store.ts'

const lane: ReplayLane = { lane: 'a', level: 'NORMAL', waiting: 1, wasSent: false, isAhead: false, nextRetryAt: undefined }
const waiting = (...replays: readonly Partial<ReplayLane>[]): OutboxCounts => ({
  ...empty,
  pending: replays.length,
  replays: replays.map((own) => ({ ...lane, ...own })),
})
const end = (run: MachineRun, verdict: ReplayVerdict, counts: OutboxCounts): MachineRun => {
  if (run.work?.type !== 'replay') throw new Error('no request is under way')
  const settledCount = verdict.type === 'done' ? 1 : 0
  return run.tell({ type: 'replayEnded', workId: run.workId, lane: run.work.lane, verdict, settledCount, counts, isLatest: true })
}
const unreachable: ReplayVerdict = { type: 'unreachable', message: 'no answer' }
const one = waiting({})
/** With the server's head confirmed, and requests of the app left. */
const pulled = (counts: OutboxCounts): MachineRun => started(counts).pull({ counts })

describe('lanes', () => {
  test('[RQ8] the one timer rings when the next of them is due, whatever else there is to wait for', () => {
    const run = end(pulled(one), unreachable, one)
    const dueAt = run.state.timerAt ?? NaN
    expect([workTypeOf(run), dueAt > run.now, dueAt <= run.now + engineLimits.retry.initialDelayMs]).toEqual([
      undefined,
      true,
      true,
    ])
    expect(workTypeOf(run.ring())).toBe('replay')
    const planned = pulled(waiting({ nextRetryAt: 5_000 }))
    expect([workTypeOf(planned), planned.state.timerAt]).toEqual([undefined, 5_000])
  })

  test('[RQ8] a connection to the sync server that waits does not keep them waiting, nor they it', () => {
    const run = started(one).fail({ type: 'unreachable', message: 'no answer' }).count(one)
    expect(run.work).toEqual({ type: 'replay', lane: 'a', isTokenRefused: false })
    end(run, unreachable, one)
    const { connection, replays } = run.state.facts
    const times = [connection.notBefore ?? NaN, replays.get('a')?.notBefore ?? NaN]
    expect(run.state.timerAt).toBe(Math.min(...times))
  })

  test('[RQ18] held back, only what a server may have already rings', () => {
    const hold = { below: 'all', code: 'X', reason: 'X' } as const
    const run = pulled(waiting({ nextRetryAt: 7_000, wasSent: true }, { lane: 'b' }))
    end(run, { type: 'done' }, waiting({ nextRetryAt: 7_000, wasSent: true }, { lane: 'b', nextRetryAt: 6_000 }))
    run.tell({ type: 'conditionsChanged', conditions: { ...goodConditions, hold } })
    run.count(waiting({ nextRetryAt: 7_000, wasSent: true }, { lane: 'b', nextRetryAt: 6_000 }))
    expect([workTypeOf(run), run.state.timerAt, run.state.phase.status]).toEqual([undefined, 7_000, 'paused'])
    expect(run.ring().work).toMatchObject({ type: 'replay', lane: 'a' })
  })

  test('[RQ6] the first lane whose time has come goes, the others follow', () => {
    const both = waiting({ lane: 'a', nextRetryAt: 60_000 }, { lane: 'b' })
    const run = pulled(both)
    expect(run.work).toMatchObject({ lane: 'b' })
    end(run, unreachable, both)
    expect(run.ring().work).toMatchObject({ lane: 'b' })
    end(run, { type: 'done' }, waiting({ lane: 'a', nextRetryAt: 60_000 }, { lane: 'b' }))
    expect(run.work).toMatchObject({ lane: 'b' })
  })

  test('[RQ8] a request that never ends is given up, and its lane waits', () => {
    const run = pulled(one)
    run.now += engineLimits.workTimeoutMs
    run.tell({ type: 'timerFired' }).count(one)
    expect(run.state.facts.replays.get('a')).toMatchObject({ attempt: 1, trouble: { reason: { code: 'UNREACHABLE' } } })
    expect(run.state.facts.connection.trouble).toBe(undefined)
  })

  test('[RQ6] where nothing could be taken although it seemed so, the lane waits a while', () => {
    const run = pulled(one)
    run.tell({
      type: 'replayEnded',
      workId: run.workId,
      lane: 'a',
      verdict: { type: 'none' },
      settledCount: 0,
      counts: one,
      isLatest: true,
    })
    expect([workTypeOf(run), run.state.phase.status]).toEqual([undefined, 'syncing'])
    expect(run.state.timerAt).toBeLessThanOrEqual(run.now + engineLimits.retry.initialDelayMs)
  })
})
