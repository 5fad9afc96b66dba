import { expect, test } from 'vitest'
import { empty, started, three, upToDate, type MachineRun } from '../testing/machine-run.ts'
import { engineLimits } from './engine-limits.ts'
import { goodConditions } from './sync-conditions.ts'
import type { SyncFact } from './sync-event.ts'
import { createSyncMachine } from './sync-machine-state.ts'
import { transition } from './sync-machine.ts'

const counts = { pending: 0, inFlight: 0, failed: 0, attention: 0, nextRetryAt: undefined, sendable: 0 }
const counted = { counts, isLatest: true } as const
const page = { hasMore: false, lastSeq: 1, resyncRequired: undefined, isApplied: true } as const
const hint = { type: 'hintHeard', hint: { from: 1, to: 1, head: 1, epoch: 'a' } } as const

test('[SM18] a timer that rings moves something: the feed is not waited for while no request gets through', () => {
  let state = createSyncMachine()
  let now = 0
  const tell = (fact: SyncFact): void => {
    state = transition(state, { ...fact, now, random: 0.5 }).state
  }
  const work = (): string => (state.activity.type === 'working' ? state.activity.work.type : 'none')
  const ring = (): void => {
    now = Math.max(now, state.timerAt ?? now)
    tell({ type: 'timerFired' })
  }
  const finish = (): void => {
    const { lastWorkId: workId } = state
    if (work() === 'pull') tell({ type: 'changesPulled', workId, ...counted, page })
    else tell({ type: 'outboxCounted', workId, ...counted })
  }
  tell({ type: 'enabled' })
  tell({ type: 'wentOnline' })
  while (work() !== 'none') finish()
  tell(hint)
  while (work() !== 'none') finish()
  ring()
  const failure = { type: 'refused', status: 429, code: 'TOO_FAST', message: '429', retryAfterMs: undefined } as const
  tell({ type: 'requestFailed', workId: state.lastWorkId, failure, operationIds: [] })
  while (work() === 'count') finish()
  // The feed is still there and says that nothing is new; then it is not.
  tell(hint)
  tell({ type: 'feedClosed' })
  const closedAt = now
  for (let rings = 0; rings < 5 && work() === 'none'; rings++) ring()
  expect([work(), now]).toEqual(['pull', closedAt + engineLimits.probeAgeMs])
})

test('[SM18] a timer that rings moves something: a feed that is held back is not waited for, though a person waits for a request', () => {
  const hold = { below: 'all', code: 'NOT_CHARGING', reason: '' } as const
  const lane = { lane: 'hangs', level: 'NORMAL', waiting: 1, wasSent: false, isAhead: false, nextRetryAt: undefined } as const
  const held = { ...empty, pending: 1, held: 0, replays: [lane] }
  const run = upToDate().tell(hint).pull().tell({ type: 'feedClosed' })
  run
    .tell({ type: 'conditionsChanged', conditions: { ...goodConditions, hold } })
    .tell({ type: 'outboxChanged' })
    .count(held)
  expect([run.works, run.state.timerAt]).toEqual([[], undefined])
  run.tell({ type: 'personAsked' }).count(held)
  expect(run.works).toEqual([{ type: 'replay', lane: 'hangs', isTokenRefused: false }])
  expect([run.ring().works.map(({ type }) => type), run.now]).toEqual([['pull', 'replay'], engineLimits.probeAgeMs])
})

/** How long is waited for the device to be well. */
const waitOf = ({ state, now }: MachineRun): number => (state.facts.device?.notBefore ?? NaN) - now

test('[SM24] a database that fails is tried again later and later, and is well with the first work that it does', () => {
  const run = started(three)
  const delays: number[] = []
  for (let attempt = 0; attempt < 8; attempt++) {
    run.tell({ type: 'deviceFailed', workId: run.workId, message: 'the disk is full' })
    delays.push((run.state.timerAt ?? NaN) - run.now)
    run.ring()
  }
  expect(delays).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
  run.count(three).settle(three, 3)
  run.tell({ type: 'deviceFailed', workId: run.workId, message: 'the disk is full' })
  expect((run.state.timerAt ?? NaN) - run.now).toBe(500)
})

test('[SM24] a full disk is read well: that the outbox can be counted says nothing of what failed', () => {
  const run = started(three)
  const delays: number[] = []
  for (let attempt = 0; attempt < 4; attempt++) {
    run.tell({ type: 'deviceFailed', workId: run.workId, message: 'the disk is full' })
    delays.push(waitOf(run))
    run.ring().count(three)
    expect([run.work?.type, run.state.phase.status]).toEqual(['push', 'error'])
  }
  expect(delays).toEqual([500, 1_000, 2_000, 4_000])
})

test('[SM24] one that could not be looked at is well when it can be', () => {
  const run = upToDate().tell({ type: 'outboxChanged' })
  run.tell({ type: 'deviceFailed', workId: run.workId, message: 'it is blocked' })
  expect([waitOf(run), run.state.phase.status]).toEqual([500, 'error'])
  expect(run.ring().count(three).state.facts.device).toBe(undefined)
})

test('[SM24] what failed and is not wanted any more is no trouble', () => {
  const run = started(three)
  run.tell({ type: 'deviceFailed', workId: run.workId, message: 'the disk is full' }).ring()
  expect(run.count(empty).state.facts.device).toBeDefined()
  run.pull()
  expect([run.state.facts.device, run.state.phase.status]).toEqual([undefined, 'upToDate'])
  run.tell({ type: 'outboxChanged' }).count(three)
  run.tell({ type: 'deviceFailed', workId: run.workId, message: 'the disk is full' }).ring()
  run.count(empty)
  expect([run.works, run.state.facts.device, run.state.phase.status]).toEqual([[], undefined, 'upToDate'])
})

test('[SM25] a feed that says a word and closes is opened later and later; one that lasted is opened soon', () => {
  const run = upToDate()
  const close = (): number => {
    run.tell(hint)
    if (run.work?.type === 'pull') run.pull({ lastSeq: 1 })
    run.tell({ type: 'feedClosed' })
    return (run.state.facts.feed.reopenAt ?? NaN) - run.now
  }
  const delays: number[] = []
  for (let time = 0; time < 4; time++) {
    delays.push(close())
    run.now = run.state.facts.feed.reopenAt ?? NaN
    run.tell({ type: 'timerFired' })
    expect(run.state.facts.feed.isOpen).toBe(true)
  }
  expect(delays).toEqual([500, 1_000, 2_000, 4_000])
  run.now += engineLimits.goodFeedMs
  expect(close()).toBe(500)
})

test('[SM10] where one operation after the other is blamed the server is at fault: they go no faster than one in five minutes', () => {
  const run = started(three)
  let pushes = 0
  let blamed = 0
  while (run.now < 60 * 60_000) {
    if (run.work?.type === 'push') {
      pushes++
      run.refuse(500, 'INTERNAL', { operationIds: [`${pushes}`] })
    } else if (run.work?.type === 'pull') run.pull({ counts: three })
    else if (run.work === undefined) run.ring()
    else {
      if (run.work.type === 'setAside') blamed++
      run.count(three)
    }
  }
  expect(blamed).toBeLessThanOrEqual(engineLimits.blamedBeforeWait + 12)
  expect(pushes).toBeLessThanOrEqual(3 * blamed + 3)
})
