import { expect, test } from 'vitest'
import type { OutboxCounts } from './sync-store.ts'
import type { SyncEffect, SyncFact } from './sync-event.ts'
import { createSyncMachine, type SyncMachine } from './sync-machine-state.ts'
import { transition } from './sync-machine.ts'

const limits = { operationsMax: 500, requestBytesMax: 512 * 1024 }
const page = { hasMore: false, lastSeq: undefined, resyncRequired: undefined, isApplied: true }
const countsOf = (pending: number): OutboxCounts => ({
  pending,
  inFlight: Math.min(500, pending),
  failed: 0,
  attention: 0,
  nextRetryAt: undefined,
  sendable: pending,
})

/** A machine in the middle of a push of a thousand, its first request out since 1,000. */
class Pushing {
  state: SyncMachine = createSyncMachine()
  effects: readonly SyncEffect[] = []
  now = 1_000

  constructor() {
    this.tell({ type: 'enabled' }).tell({ type: 'wentOnline' })
    while (this.workType !== 'push') {
      this.tell({ type: 'outboxCounted', workId: this.workId, counts: countsOf(1_000), isLatest: true })
    }
  }

  get workId(): number {
    return this.state.lastWorkId
  }

  get workType(): string {
    return this.state.activity.type === 'working' ? this.state.activity.work.type : 'none'
  }

  get isSentOn(): boolean {
    return this.effects.some(({ type }) => type === 'goOn')
  }

  tell(fact: SyncFact): this {
    const { state, effects } = transition(this.state, { ...fact, now: this.now, random: 0.5 })
    this.state = state
    this.effects = effects
    return this
  }

  hear(head: number): this {
    return this.tell({ type: 'hintHeard', hint: { from: head, to: head, head, epoch: 'a' } })
  }

  answer(): this {
    return this.tell({ type: 'pushAnswered', workId: this.workId })
  }

  settle(pending: number, isGoingOn: boolean): this {
    const counted = { counts: countsOf(pending), isLatest: true }
    return this.tell({ type: 'pushSettled', workId: this.workId, page, settledCount: 500, limits, isGoingOn, ...counted })
  }
}

test('[PB7] the next batch leaves where a push is what comes next; the work goes on, and so does its run', () => {
  const run = new Pushing().answer()
  expect(run.effects).toContainEqual({ type: 'goOn', workId: run.workId })
  const { workId } = run
  run.settle(500, true)
  expect([run.workType, run.workId]).toEqual(['push', workId])
  expect(run.state.facts.run).toEqual({ current: 500, total: 1_000 })
  run.settle(0, false)
  expect(run.state.phase.status).toBe('upToDate')
  expect(run.state.facts.run).toBeUndefined()
})

test('[PB7] it leaves for no work that was given up, and not where something else comes first', () => {
  expect(new Pushing().tell({ type: 'wentOffline', message: 'off' }).answer().isSentOn).toBe(false)
  expect(new Pushing().tell({ type: 'disabled' }).answer().isSentOn).toBe(false)
  expect(new Pushing().tell({ type: 'syncRequested' }).answer().isSentOn).toBe(false)
  const late = new Pushing()
  late.now += 120_000
  expect(late.answer().isSentOn).toBe(false)
  // What was only written meanwhile is no reason to wait.
  expect(new Pushing().tell({ type: 'outboxChanged' }).answer().isSentOn).toBe(true)
})

test('[PB9] where nobody counted, what was counted before stands: the next batch leaves, and nothing seems done that is not', () => {
  const run = new Pushing()
  const uncounted = { page, settledCount: 500, limits, counts: undefined }
  for (let batch = 0; batch < 3; batch++) {
    expect(run.answer().isSentOn).toBe(true)
    run.tell({ type: 'pushSettled', workId: run.workId, isGoingOn: true, ...uncounted })
    expect(run.state.facts).toMatchObject({ counts: countsOf(1_000), isCountStale: true })
  }
  expect([run.workType, run.state.facts.run]).toEqual(['push', { current: 1_000, total: 1_000 }])
  // Three hundred were made meanwhile.
  run.settle(300, false)
  expect([run.state.facts.counts?.pending, run.workType]).toEqual([300, 'push'])
})

test('[PB7] what an answer confirms is what was heard before its own request left', () => {
  const run = new Pushing().hear(1)
  run.now = 2_000
  run.answer()
  run.hear(2)
  run.now = 3_000
  run.settle(500, true)
  // Sent at 1,000, when nothing was heard of yet.
  expect(run.state.facts.head).toMatchObject({ applied: undefined, confirmedAt: 1_000 })
  run.settle(0, false)
  expect(run.state.facts.head).toMatchObject({ applied: { epoch: 'a', head: 1 }, confirmedAt: 2_000 })
  expect(run.workType).toBe('pull')
})

test('[PB7] of each batch the two minutes count that it may take', () => {
  const run = new Pushing()
  run.now += 100_000
  run.answer().settle(500, true)
  run.now += 100_000
  expect(run.tell({ type: 'outboxChanged' }).workType).toBe('push')
  run.now += 20_000
  expect(run.tell({ type: 'outboxChanged' }).workType).not.toBe('push')
})
