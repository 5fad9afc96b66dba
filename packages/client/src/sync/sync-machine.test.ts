import { syncLimits } from '@rejoin/core'
import { describe, expect, test } from 'vitest'
import { empty, MachineRun, page, pushed, started, three, unreachable, upToDate, workTypeOf } from '../testing/machine-run.ts'
import { engineLimits } from './engine-limits.ts'
import { goodConditions } from './sync-conditions.ts'
import type { OutboxCounts } from './sync-store.ts'
import type { SyncEventType, SyncFact } from './sync-event.ts'
import type { SyncStatusName } from './sync-machine-state.ts'

const runs: Record<SyncStatusName, () => MachineRun> = {
  paused: () => new MachineRun().count(empty),
  offline: () => upToDate().tell({ type: 'wentOffline', message: 'off' }),
  syncing: () => started(three),
  upToDate,
  error: () => started(empty).refuse(403, 'FORBIDDEN').count(empty),
}

const facts: { readonly [T in SyncEventType]: (run: MachineRun) => SyncFact } = {
  enabled: () => ({ type: 'enabled' }),
  disabled: () => ({ type: 'disabled' }),
  wentOnline: () => ({ type: 'wentOnline' }),
  wentOffline: () => ({ type: 'wentOffline', message: 'off' }),
  woke: () => ({ type: 'woke' }),
  syncRequested: () => ({ type: 'syncRequested' }),
  personAsked: () => ({ type: 'personAsked' }),
  conditionsChanged: () => ({
    type: 'conditionsChanged',
    conditions: { ...goodConditions, hold: { below: 'all', code: 'X', reason: 'X' } },
  }),
  outboxChanged: () => ({ type: 'outboxChanged' }),
  outboxCounted: ({ workId }) => ({ type: 'outboxCounted', workId, counts: empty, isLatest: true }),
  pushAnswered: ({ workId }) => ({ type: 'pushAnswered', workId }),
  pushSettled: ({ workId }) => ({ type: 'pushSettled', workId, counts: empty, ...pushed }),
  nothingWasSendable: ({ workId }) => ({ type: 'nothingWasSendable', workId, counts: empty, isLatest: true }),
  changesPulled: ({ workId }) => ({ type: 'changesPulled', workId, counts: three, isLatest: true, page }),
  resyncBegun: ({ workId }) => ({ type: 'resyncBegun', workId }),
  resyncPageApplied: ({ workId }) => ({ type: 'resyncPageApplied', workId, next: 'more', lastSeq: 4 }),
  resyncRefused: ({ workId }) => ({ type: 'resyncRefused', workId }),
  requestFailed: ({ workId }) => ({ type: 'requestFailed', workId, failure: unreachable, operationIds: [] }),
  replayEnded: ({ workId }) => ({
    type: 'replayEnded',
    workId,
    lane: 'requests',
    verdict: { type: 'done' },
    settledCount: 1,
    counts: empty,
    isLatest: true,
  }),
  deviceFailed: ({ workId }) => ({ type: 'deviceFailed', workId, message: 'the disk is full' }),
  tokenRenewed: ({ workId }) => ({ type: 'tokenRenewed', workId }),
  tokenNotRenewed: ({ workId }) => ({ type: 'tokenNotRenewed', workId, message: 'signed out' }),
  hintHeard: () => ({ type: 'hintHeard', hint: { from: 0, to: 1, head: 1, epoch: 'a' } }),
  feedClosed: () => ({ type: 'feedClosed' }),
  timerFired: () => ({ type: 'timerFired' }),
}

/** `paused`, `offline`, `upToDate` and `error` rest: the end of work finds none there, and is not heard. */
const expected: Record<SyncStatusName, Record<SyncEventType, SyncStatusName>> = {
  paused: {
    enabled: 'offline',
    disabled: 'paused',
    wentOnline: 'paused',
    wentOffline: 'paused',
    woke: 'paused',
    syncRequested: 'paused',
    personAsked: 'paused',
    conditionsChanged: 'paused',
    outboxChanged: 'paused',
    outboxCounted: 'paused',
    pushAnswered: 'paused',
    pushSettled: 'paused',
    nothingWasSendable: 'paused',
    changesPulled: 'paused',
    resyncBegun: 'paused',
    resyncPageApplied: 'paused',
    resyncRefused: 'paused',
    requestFailed: 'paused',
    replayEnded: 'paused',
    deviceFailed: 'paused',
    tokenRenewed: 'paused',
    tokenNotRenewed: 'paused',
    hintHeard: 'paused',
    feedClosed: 'paused',
    timerFired: 'paused',
  },
  offline: {
    enabled: 'offline',
    disabled: 'paused',
    wentOnline: 'syncing',
    wentOffline: 'offline',
    woke: 'offline',
    syncRequested: 'offline',
    personAsked: 'offline',
    conditionsChanged: 'offline',
    outboxChanged: 'offline',
    outboxCounted: 'offline',
    pushAnswered: 'offline',
    pushSettled: 'offline',
    nothingWasSendable: 'offline',
    changesPulled: 'offline',
    resyncBegun: 'offline',
    resyncPageApplied: 'offline',
    resyncRefused: 'offline',
    requestFailed: 'offline',
    replayEnded: 'offline',
    deviceFailed: 'offline',
    tokenRenewed: 'offline',
    tokenNotRenewed: 'offline',
    hintHeard: 'offline',
    feedClosed: 'offline',
    timerFired: 'offline',
  },
  syncing: {
    enabled: 'syncing',
    disabled: 'paused',
    wentOnline: 'syncing',
    wentOffline: 'offline',
    woke: 'syncing',
    syncRequested: 'syncing',
    personAsked: 'syncing',
    conditionsChanged: 'syncing',
    outboxChanged: 'syncing',
    outboxCounted: 'syncing',
    pushAnswered: 'syncing',
    pushSettled: 'upToDate',
    nothingWasSendable: 'syncing',
    changesPulled: 'syncing',
    resyncBegun: 'syncing',
    resyncPageApplied: 'syncing',
    resyncRefused: 'syncing',
    requestFailed: 'offline',
    replayEnded: 'syncing',
    deviceFailed: 'error',
    tokenRenewed: 'syncing',
    tokenNotRenewed: 'error',
    hintHeard: 'syncing',
    feedClosed: 'syncing',
    timerFired: 'offline',
  },
  upToDate: {
    enabled: 'syncing',
    disabled: 'paused',
    wentOnline: 'upToDate',
    wentOffline: 'offline',
    woke: 'upToDate',
    syncRequested: 'syncing',
    personAsked: 'syncing',
    conditionsChanged: 'upToDate',
    outboxChanged: 'syncing',
    outboxCounted: 'syncing',
    pushAnswered: 'syncing',
    pushSettled: 'syncing',
    nothingWasSendable: 'syncing',
    changesPulled: 'syncing',
    resyncBegun: 'syncing',
    resyncPageApplied: 'syncing',
    resyncRefused: 'syncing',
    requestFailed: 'syncing',
    replayEnded: 'syncing',
    deviceFailed: 'syncing',
    tokenRenewed: 'syncing',
    tokenNotRenewed: 'syncing',
    hintHeard: 'syncing',
    feedClosed: 'upToDate',
    timerFired: 'upToDate',
  },
  error: {
    enabled: 'error',
    disabled: 'paused',
    wentOnline: 'error',
    wentOffline: 'offline',
    woke: 'error',
    syncRequested: 'error',
    personAsked: 'error',
    conditionsChanged: 'paused',
    outboxChanged: 'error',
    outboxCounted: 'error',
    pushAnswered: 'error',
    pushSettled: 'error',
    nothingWasSendable: 'error',
    changesPulled: 'error',
    resyncBegun: 'error',
    resyncPageApplied: 'error',
    resyncRefused: 'error',
    requestFailed: 'error',
    replayEnded: 'error',
    deviceFailed: 'error',
    tokenRenewed: 'error',
    tokenNotRenewed: 'error',
    hintHeard: 'error',
    feedClosed: 'error',
    timerFired: 'error',
  },
}

describe('every event in every state', () => {
  test('[SM1] has the stated outcome', () => {
    const outcomes = Object.entries(runs).map(([status, makeRun]) => {
      const run = makeRun()
      expect(run.state.phase.status).toBe(status)
      const byEvent = Object.entries(facts).map(([type, factOf]) => {
        const each = makeRun()
        if (type === 'timerFired') each.now = each.state.timerAt ?? each.now
        return [type, each.tell(factOf(each)).state.phase.status]
      })
      return [status, Object.fromEntries(byEvent)]
    })
    expect(Object.fromEntries(outcomes)).toEqual(expected)
  })

  test('[SM1] the end of work that was given up is not heard; the outbox is counted again', () => {
    const run = started(three)
    const push = run.workId
    run.tell({ type: 'wentOffline', message: 'off' })
    expect(run.work).toBeUndefined()
    run.tell({ type: 'pushSettled', workId: push, counts: empty, ...pushed })
    expect(run.state.facts.counts).toEqual(three)
    expect(run.work).toEqual({ type: 'count' })
  })
})

describe('what is said (P4)', () => {
  test('[SM2] up to date ends 45 s after the head was confirmed, and is confirmed again before', () => {
    const run = upToDate()
    expect(run.state.phase).toEqual({ status: 'upToDate', until: 45_000 })
    run.ring()
    expect([run.now, run.work, run.state.phase.status]).toEqual([30_000, { type: 'pull' }, 'upToDate'])
    run.ring()
    expect([run.now, run.work, run.state.phase.status]).toEqual([45_000, { type: 'pull' }, 'syncing'])
    run.fail(unreachable)
    expect(run.state.phase).toEqual({ status: 'offline', reason: { code: 'UNREACHABLE', message: 'no answer' } })
  })

  test('[SM2] a heartbeat that names the head we have confirms it, another one is pulled for', () => {
    const run = upToDate()
    run.now = 10_000
    run.tell({ type: 'hintHeard', hint: { from: 5, to: 5, head: 5, epoch: 'a' } })
    expect(run.work).toEqual({ type: 'pull' })
    run.pull()
    run.now = 29_000
    run.tell({ type: 'hintHeard', hint: { from: 5, to: 5, head: 5, epoch: 'a' } })
    expect(run.state.phase).toEqual({ status: 'upToDate', until: 74_000 })
    run.tell({ type: 'hintHeard', hint: { from: 0, to: 0, head: 5, epoch: 'b' } })
    expect([run.state.phase.status, run.work]).toEqual(['syncing', { type: 'pull' }])
  })

  test('[SM2] a change that was not counted yet ends it at once', () => {
    expect(upToDate().tell({ type: 'outboxChanged' }).state.phase).toEqual({ status: 'syncing' })
  })

  test('[SM2] what failed and waits for a person is no empty outbox', () => {
    const run = started({ ...empty, failed: 2 }).pull({ counts: { ...empty, failed: 2 } })
    expect(run.state.phase).toMatchObject({ status: 'error', reason: { code: 'FAILED' } })
  })

  test('[SM2, SM11] a lost frame of the feed is noticed with the next one: kill case 25', () => {
    const run = upToDate()
      .tell({ type: 'hintHeard', hint: { from: 5, to: 5, head: 5, epoch: 'a' } })
      .pull()
    run.tell({ type: 'hintHeard', hint: { from: 6, to: 7, head: 7, epoch: 'a' } })
    expect([run.work, run.state.phase.status]).toEqual([{ type: 'pull' }, 'syncing'])
    run.pull({ lastSeq: 7 })
    expect(run.state.phase.status).toBe('upToDate')
  })

  test('[SM3] the share of a run never falls', () => {
    const run = started(three)
    expect(run.state.facts.run).toEqual({ current: 0, total: 3 })
    run.settle({ ...empty, pending: 4, sendable: 4 }, 2)
    expect(run.state.facts.run).toEqual({ current: 2, total: 3 })
    run.settle({ ...empty, pending: 1, sendable: 1 }, 3)
    expect(run.state.facts.run).toEqual({ current: 0, total: 1 })
    expect(run.settle(empty, 1).state.facts.run).toBeUndefined()
  })

  test('[SM3] what is made while nothing can be sent is part of the run that sends it; a run that breaks off is over', () => {
    const run = started(three)
    const five = { ...empty, pending: 5, sendable: 5 }
    run.tell({ type: 'wentOffline', message: 'no network' }).tell({ type: 'outboxChanged' }).count(five)
    expect(run.state.facts.run).toBeUndefined()
    run.tell({ type: 'wentOnline' }).count(five)
    expect(run.state.facts.run).toEqual({ current: 0, total: 5 })
    run.settle(three, 2).fail(unreachable).count(three)
    expect(run.state.facts.run).toBeUndefined()
    expect(run.ring().state.facts.run).toEqual({ current: 0, total: 3 })
  })
})

describe('when requests fail', () => {
  test('[SM4] the connection waits longer and longer, with full jitter, at most a minute', () => {
    const run = started(empty)
    run.random = 0.999
    const waits = Array.from({ length: 9 }, () => {
      const before = run.now
      run.fail(unreachable)
      expect(run.state.phase.status).toBe('offline')
      run.count(empty).ring()
      return run.now - before
    })
    expect(waits).toEqual([999, 1998, 3996, 7992, 15984, 31968, 59940, 59940, 59940])
  })

  test('[SM5] 429 is waited out as long as the server says, and beyond it spread: no common wave (kill case 13)', () => {
    const waitOf = (random: number): number => {
      const run = started(three)
      run.random = random
      run.refuse(429, 'TOO_FAST', { retryAfterMs: 20_000 }).count(three)
      expect(run.tell({ type: 'woke' }).work).toBeUndefined()
      return run.state.timerAt ?? 0
    }
    const waits = Array.from({ length: 500 }, (_, index) => waitOf(index / 500))
    expect(Math.min(...waits)).toBe(20_000)
    expect(Math.max(...waits)).toBeGreaterThan(39_000)
    const bySecond = Map.groupBy(waits, (wait) => Math.floor(wait / 1000))
    expect(Math.max(...[...bySecond.values()].map((clients) => clients.length))).toBeLessThanOrEqual(26)
  })

  test('[SM5] "Sync now" is a person’s and does not wait', () => {
    const run = started(three).refuse(429, 'TOO_FAST', { retryAfterMs: 20_000 }).count(three)
    expect(run.tell({ type: 'syncRequested' }).count(three).work).toMatchObject({ type: 'push' })
  })

  test('[SM6] 401: the token is fetched once and the request made again; refused again, it waits for a person (kill case 44)', () => {
    const run = started(three).refuse(401, 'TOKEN_EXPIRED').count(three)
    expect([run.work, run.state.phase.status]).toEqual([{ type: 'renewToken' }, 'syncing'])
    run.tell({ type: 'tokenRenewed', workId: run.workId })
    expect(run.work).toMatchObject({ type: 'push' })
    run.refuse(401, 'UNAUTHENTICATED').count(three)
    expect(run.state.phase).toEqual({ status: 'error', reason: { code: 'UNAUTHENTICATED', message: '401' } })
    let requests = 0
    for (const end = run.now + 3 * 24 * 3600_000; run.now < end; run.ring()) {
      if (run.work?.type === 'renewToken') run.tell({ type: 'tokenRenewed', workId: run.workId })
      if (run.work?.type !== 'push') continue
      requests++
      run.refuse(401, 'UNAUTHENTICATED').count(three)
    }
    expect(requests).toBeLessThanOrEqual((3 * 24 * 3600_000) / engineLimits.hopelessRetryMs)
    expect(run.state.facts).toMatchObject({ counts: three, blame: undefined })
  })

  test.each([
    [403, 'FORBIDDEN', '403'],
    [404, 'NOT_FOUND', '404'],
    [426, 'PROTOCOL_UNSUPPORTED', 'This app is too old for the server: update it. Everything is kept on this device. (426)'],
  ])('[SM7] %i is an error with its reason, and nothing is blamed', (status, code, message) => {
    const run = started(three).refuse(status, code, { operationIds: ['a'] })
    expect(run.state.phase).toEqual({ status: 'error', reason: { code, message } })
    expect(run.count(three).state).toMatchObject({ facts: { blame: undefined }, timerAt: engineLimits.hopelessRetryMs })
  })

  test('[SM8] an answer that is not the server’s is an error and changes nothing (kill case 12)', () => {
    const before = started(three)
    const run = started(three).fail({ type: 'unexpected', message: 'a web page answered' }, ['a', 'b', 'c']).count(three)
    expect(run.state.phase).toEqual({ status: 'error', reason: { code: 'UNEXPECTED_ANSWER', message: 'a web page answered' } })
    expect(run.state.facts).toMatchObject({ counts: three, blame: undefined, batch: before.state.facts.batch })
  })

  test('[SM9] a refused batch is halved until one operation stands alone, which is set aside (kill case 11)', () => {
    const many: OutboxCounts = { ...empty, pending: 500, sendable: 500 }
    const run = started(many)
    const sizes: number[] = []
    for (let length = 500; run.work?.type === 'push' && length > 0; length = Math.floor(length / 2)) {
      sizes.push(run.work.atMost)
      run.refuse(413, 'TOO_LARGE', { operationIds: Array.from({ length }, (_, index) => `operation ${index}`) })
      if (workTypeOf(run) === 'count') run.count(many)
    }
    expect(sizes).toEqual([500, 250, 125, 62, 31, 15, 7, 3, 1])
    expect(run.work).toEqual({
      type: 'setAside',
      blame: { operationIds: ['operation 0'], code: 'TOO_LARGE', message: '413' },
    })
    run.count(many)
    expect(run.work).toMatchObject({ type: 'push', atMost: 1 })
    expect(run.settle(many, 1).work).toMatchObject({ type: 'push', atMost: 2 })
  })

  test('[SM9] where one operation after the other is refused, it is the request that is wrong: the outbox is not emptied at speed', () => {
    const run = started(three)
    for (let index = 0; index < engineLimits.blamedBeforeWait; index++) {
      run.refuse(400, 'BAD_REQUEST', { operationIds: [`operation ${index}`] }).count(three)
    }
    expect(run.state).toMatchObject({ phase: { status: 'error' }, timerAt: engineLimits.hopelessRetryMs })
  })

  test('[SM10] a fault of the server is blamed on a batch only after requests without it went through', () => {
    const run = started(three)
    const pushed: number[] = []
    for (let turn = 0; turn < 40 && run.state.facts.blame === undefined; turn++) {
      if (run.work?.type === 'push') {
        pushed.push(run.work.atMost)
        run.refuse(500, 'INTERNAL', { operationIds: ['a', 'b', 'c'].slice(0, run.work.atMost) })
      } else if (run.work?.type === 'pull') run.pull({ counts: three })
      else if (run.work === undefined) run.ring()
      else if (run.work.type === 'count') run.count(three)
    }
    expect(pushed).toEqual([500, 500, 500, 1])
    expect(run.work).toEqual({ type: 'setAside', blame: { operationIds: ['a'], code: 'INTERNAL', message: '500' } })
  })

  test('[SM10] a server with faults everywhere blames nothing', () => {
    const run = started(three)
    for (let turn = 0; turn < 200; turn++) {
      if (run.work?.type === 'push' || run.work?.type === 'pull') run.refuse(500, 'INTERNAL', { operationIds: ['a'] })
      run.count(three).ring()
    }
    expect(run.state).toMatchObject({ phase: { status: 'error', reason: { code: 'INTERNAL' } }, facts: { blame: undefined } })
  })

  test('[SM12] after `hasMore` the next page is pulled at once', () => {
    const run = started(empty).pull({ hasMore: true, lastSeq: 4 })
    expect([run.work, run.state.phase.status]).toEqual([{ type: 'pull' }, 'syncing'])
  })

  test('[SM19] whatever the feed confirms, the server is asked every five minutes: rights change without a change of the head', () => {
    const hint = { type: 'hintHeard', hint: { from: 5, to: 5, head: 5, epoch: 'a' } } as const
    const run = upToDate().tell(hint).pull()
    for (run.now = 20_000; run.now < engineLimits.syncIntervalMs; run.now += 20_000) {
      expect(run.tell(hint).work).toBeUndefined()
    }
    expect(run.ring().now).toBe(engineLimits.syncIntervalMs)
    expect([run.work, run.state.phase.status]).toEqual([{ type: 'pull' }, 'upToDate'])
  })

  test('[SM13] a resync goes on where it was cut, and ends in one swap', () => {
    const run = started(empty)
    const gone = { ...page, resyncRequired: 'tooOld' } as const
    run.tell({ type: 'changesPulled', workId: run.workId, counts: empty, isLatest: true, page: gone })
    expect(run.work).toEqual({ type: 'beginResync' })
    run.tell({ type: 'resyncBegun', workId: run.workId })
    run.tell({ type: 'resyncPageApplied', workId: run.workId, next: 'page 2', lastSeq: 4 })
    run.fail(unreachable).count(empty).ring()
    expect([run.work, run.state.phase.status]).toEqual([{ type: 'pullResync', after: 'page 2' }, 'offline'])
    run.tell({ type: 'resyncPageApplied', workId: run.workId, next: undefined, lastSeq: 9 })
    expect(run.state).toMatchObject({ phase: { status: 'upToDate' }, facts: { resync: undefined } })
  })

  test('[SM14] work of which nothing is heard is given up', () => {
    const run = started(three).ring()
    expect([run.now, run.state.phase.status]).toEqual([engineLimits.workTimeoutMs, 'offline'])
  })

  test('[SM15] failed entries get one new round at the start, at the network’s return and at "Sync now"', () => {
    const first = new MachineRun()
    expect(first.tell({ type: 'enabled' }).work).toEqual({ type: 'revive' })
    expect(upToDate().tell({ type: 'wentOnline' }).work).toEqual({ type: 'pull' })
    expect(runs.offline().tell({ type: 'wentOnline' }).work).toEqual({ type: 'revive' })
    expect(upToDate().tell({ type: 'syncRequested' }).work).toEqual({ type: 'revive' })
  })
})

const quietHint = { type: 'hintHeard', hint: { from: 1, to: 1, head: 1, epoch: 'a' } } as const
const followed = (): MachineRun => upToDate().tell(quietHint).pull({ lastSeq: 1 })

test('[SM20] a feed that opens anew is pulled for once, though its hint names the head that we have: rights may have changed', () => {
  const run = followed()
  expect(run.tell(quietHint).work).toBeUndefined()
  run.tell({ type: 'feedClosed' }).ring()
  expect([run.state.facts.feed.isOpen, run.tell(quietHint).work]).toEqual([true, { type: 'pull' }])
  expect(run.pull().tell(quietHint).work).toBeUndefined()
})

test('[SM21] whoever was asleep believes no hint that may have waited: an up to date needs an answer first', () => {
  const run = followed()
  expect(run.tell(quietHint).state.phase.status).toBe('upToDate')
  run.now += syncLimits.headAgeMsMax + 1
  expect(run.tell(quietHint).tell(quietHint).state.phase.status).toBe('syncing')
  expect(run.pull({ lastSeq: 1 }).state.phase.status).toBe('upToDate')
})

test('[SM23] what was known before syncing was switched off is not known after it', () => {
  const run = followed().tell({ type: 'disabled' })
  expect(run.tell({ type: 'enabled' }).state.phase.status).toBe('syncing')
})

test('[SM22] a token that was fetched before the network went away and refused after it came back is fetched once more', () => {
  const refuse = (run: MachineRun): MachineRun => run.count(empty).refuse(401, 'TOKEN_EXPIRED').count(empty)
  const renew = (run: MachineRun): MachineRun => run.tell({ type: 'tokenRenewed', workId: run.workId })
  const run = renew(refuse(started(empty)))
  run.tell({ type: 'wentOffline', message: 'off' }).tell({ type: 'wentOnline' })
  expect(refuse(run).work).toEqual({ type: 'renewToken' })
  expect(refuse(renew(run)).state.phase.status).toBe('error')
})
