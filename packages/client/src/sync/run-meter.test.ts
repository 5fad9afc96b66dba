import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { rest, SyncDevice, type SyncTab } from '../testing/sync-device.ts'
import type { RecordSyncParts } from './record-sync-parts.ts'
import type { FailedAttempt, SyncObserver } from './sync-observer.ts'
import type { SyncRun } from './sync-run.ts'

const beet = { name: 'Beet' }

interface Seen {
  readonly device: SyncDevice
  readonly started: string[]
  readonly runs: SyncRun[]
  readonly attempts: FailedAttempt[]
  readonly openTab: (more?: Partial<RecordSyncParts>) => SyncTab
}

function watch(): Seen {
  const device = new SyncDevice()
  const seen = { device, started: new Array<string>(), runs: new Array<SyncRun>(), attempts: new Array<FailedAttempt>() }
  const observer: SyncObserver = {
    runStarted: ({ trigger }) => seen.started.push(trigger),
    attemptFailed: (attempt) => seen.attempts.push(attempt),
    runEnded: (run) => seen.runs.push(run),
  }
  return { ...seen, openTab: (more) => device.openTab({ observer, ...more }) }
}

const nothing = { items: 0, received: 0, conflicts: 0, failures: 0, requests: 0, bytesSent: 0, bytesReceived: 0, wakeUps: 0 }

describe('runs', () => {
  test('[RN1] one run goes from work becoming due until the engine rests, and counts what came of it', async () => {
    const { device, started, runs, openTab } = watch()
    const tab = openTab()
    await rest()
    expect(started).toEqual(['start'])
    const first = { ...nothing, startedAt: device.time.now(), durationMs: 0, trigger: 'start', outcome: 'done', requests: 1 }
    expect(runs).toEqual([first])
    await device.advance(5_000)
    for (const name of ['Beet', 'Chard', 'Dill']) await tab.local.records.product.create({ name })
    await rest()
    const startedAt = device.time.now()
    expect(runs.slice(1).map(({ trigger, outcome }) => `${trigger} ${outcome}`)).toEqual(['change done'])
    expect(runs[1]).toEqual({ ...first, startedAt, trigger: 'change', items: 3, received: 3, requests: 2 })
  })

  test('[RN1] a look at what waits is no run', async () => {
    const { device, runs, started, openTab } = watch()
    device.network = 'down'
    const tab = openTab()
    tab.sync.setOnline(false)
    tab.signals.send('offline')
    tab.sync.setOnline(true)
    await rest()
    await tab.local.records.product.create(beet)
    await rest()
    expect({ started, runs, pending: tab.sync.state.pending }).toEqual({ started: [], runs: [], pending: 1 })
  })

  test('[RN2] what woke the engine is said; a person stands above everything else', async () => {
    const { device, started, runs, openTab } = watch()
    const tab = openTab()
    await rest()
    await tab.sync.syncNow()
    tab.signals.send('offline')
    tab.signals.send('online')
    await rest()
    tab.signals.send('woke')
    await rest()
    device.server.push({ checkpoint: undefined, operations: [] })
    device.hint({ head: 7, epoch: 'another' })
    await rest()
    await device.advance(31_000)
    expect(started).toEqual(['start', 'person', 'network', 'wakeUp', 'hint', 'timer'])
    expect(runs.map(({ trigger }) => trigger)).toEqual(started)
    expect(runs.at(-1)?.wakeUps).toBeGreaterThan(0)
  })

  test('[RN3] a run that was not answered says why, once it rests', async () => {
    const { device, runs, openTab } = watch()
    device.network = 'down'
    openTab()
    await rest()
    const error = { code: 'UNREACHABLE', message: 'no answer' }
    const startedAt = device.time.now()
    expect(runs).toEqual([{ ...nothing, startedAt, durationMs: 0, trigger: 'start', outcome: 'failed', error }])
    device.network = 'up'
    await device.advance(2_000)
    expect(runs.slice(1).map(({ trigger, outcome, error: after }) => ({ trigger, outcome, after }))).toEqual([
      { trigger: 'timer', outcome: 'done', after: undefined },
    ])
  })

  test('[RN3] a server that says nothing at all is given up, and the run with it', async () => {
    const { device, runs, openTab } = watch()
    device.network = 'silent'
    openTab()
    await device.advance(120_000)
    expect(runs.map(({ outcome, error, durationMs }) => ({ outcome, code: error?.code, durationMs }))).toEqual([
      { outcome: 'failed', code: 'UNREACHABLE', durationMs: 120_000 },
    ])
  })

  test.each<readonly [string, (tab: SyncTab) => Promise<void>]>([
    ['syncing is switched off', (tab) => tab.sync.setEnabled(false)],
    ['the network goes', async (tab) => tab.signals.send('offline')],
    ['the page goes', async (tab) => tab.sync.close()],
  ])('[RN4] a run is interrupted when %s', async (_why, end) => {
    const { device, runs, openTab } = watch()
    device.network = 'silent'
    const tab = openTab()
    await rest()
    await end(tab)
    await rest()
    expect(runs.map(({ trigger, outcome }) => ({ trigger, outcome }))).toEqual([{ trigger: 'start', outcome: 'interrupted' }])
  })
})

test('[RN1] requests of the app that are sent again count with their bodies', async () => {
  const { device, runs, openTab } = watch()
  const reply = { type: 'answered', status: 200, message: undefined, retryAfterMs: undefined } as const
  const tab = openTab({ replayer: { replay: () => Promise.resolve(reply) } })
  await rest()
  await tab.local.requests.keep({
    method: 'POST',
    url: 'https://app.example/feedback',
    headers: {},
    credentials: 'omit',
    isAuthorized: false,
    title: 'Send feedback',
    lane: 'feedback',
    body: new Uint8Array(1_000),
  })
  await rest()
  expect(runs.slice(1)).toEqual([
    {
      ...nothing,
      startedAt: device.time.now(),
      durationMs: 0,
      trigger: 'change',
      outcome: 'done',
      items: 1,
      requests: 1,
      bytesSent: 1_000,
    },
  ])
})

describe('failed attempts', () => {
  test('[RN5] are told with their number and the next time, and with nothing of what was to be written', async () => {
    const { device, attempts, runs, openTab } = watch()
    const tab = openTab()
    await rest()
    device.server.interfere = ({ operationType }) =>
      operationType === 'create' ? { status: 'rejected', code: 'INTERNAL', message: 'Beet is too red' } : undefined
    await tab.local.records.product.create(beet)
    await rest()
    const told = { entity: 'product', code: 'INTERNAL', operationId: attempts[0]?.operationId }
    expect(attempts[0]).toEqual({ ...told, attempt: 1, willRetryAt: device.time.now() })
    for (let step = 0; step < 200; step++) {
      device.time.advance(10_000)
      await rest()
    }
    expect(attempts.map(({ attempt, willRetryAt }) => [attempt, willRetryAt !== undefined])).toEqual([
      [1, true],
      [2, true],
      [3, true],
      [4, true],
      [5, false],
    ])
    expect(runs.reduce((sum, { failures }) => sum + failures, 0)).toBe(5)
    expect(JSON.stringify({ attempts, runs })).not.toContain('Beet')
  })

  test('[RN5] what the server refuses for good is one that is not tried again; a conflict is not a failure', async () => {
    const { device, attempts, runs, openTab } = watch()
    const tab = openTab()
    const { id } = await tab.local.records.recipe.create({ title: 'Borscht', body: 'Beets' })
    await rest()
    device.server.interfere = ({ entityType }) =>
      entityType === 'product'
        ? { status: 'rejected', code: 'VALIDATION_ERROR', message: 'no' }
        : { status: 'conflict', code: 'CONFLICT', message: 'no' }
    await tab.local.records.product.create(beet)
    await tab.local.records.recipe.update(id, { body: 'More beets' })
    await rest()
    const operationId = attempts[0]?.operationId
    expect(attempts).toEqual([{ operationId, entity: 'product', attempt: 1, code: 'VALIDATION_ERROR' }])
    const sums = runs.map(({ items, conflicts, failures }) => ({ items, conflicts, failures })).filter(({ items }) => items > 0)
    expect(sums.slice(1)).toEqual([{ items: 2, conflicts: 1, failures: 1 }])
  })

  test('[RN5] a batch that is refused as a whole is the failure of the operation that stands alone in the end', async () => {
    const { device, attempts, openTab } = watch()
    const tab = openTab()
    await rest()
    device.network = { type: 'refused', status: 413, code: 'TOO_LARGE', message: 'too large', retryAfterMs: undefined }
    await tab.local.records.product.create(beet)
    await rest()
    const operationId = attempts[0]?.operationId
    expect(attempts).toEqual([{ operationId, entity: 'product', attempt: 1, code: 'TOO_LARGE' }])
  })
})

test('[RN6] whatever an observer throws, syncing goes on', async () => {
  const thrown: unknown[] = []
  const later = globalThis.queueMicrotask.bind(globalThis)
  vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) =>
    later(() => {
      try {
        run()
      } catch (error) {
        thrown.push(error)
      }
    }),
  )
  onTestFinished(() => void vi.restoreAllMocks())
  const device = new SyncDevice()
  const observer: SyncObserver = {
    runStarted: () => {
      throw new Error('observer')
    },
    attemptFailed: () => undefined,
    runEnded: () => undefined,
  }
  const tab = device.openTab({ observer })
  await tab.local.records.product.create(beet)
  await rest()
  expect(tab.sync.state).toMatchObject({ status: 'upToDate', pending: 0 })
  expect(device.server.rows()).toMatchObject([{ fields: beet }])
  expect(thrown).toContainEqual(new Error('observer'))
})
