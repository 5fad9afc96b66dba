import { createManualTime, createSeededRandom } from '@rejoin/core/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import { FakeSignals } from '../testing/fake-browser.ts'
import type { BatteryHint } from './battery.ts'
import { ConnectivityDetector, type ProbeOutcome } from './connectivity-detector.ts'
import type { NetworkHint } from './network-hints.ts'
import { followTold } from './told-traffic.ts'
import { unknownState } from '../sync/shown-state.ts'
import type { SyncState } from '../sync/sync-state.ts'

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve()
}

function setUp({ hint = {} }: { hint?: NetworkHint } = {}) {
  const time = createManualTime(1_000_000)
  const signals = new FakeSignals()
  const networkListeners = new Set<() => void>()
  const batteryListeners = new Set<(hint: BatteryHint) => void>()
  const world = {
    hint,
    /** What a probe finds. */
    outcome: undefined as ProbeOutcome,
    mayProbe: true,
    probedAt: new Array<number>(),
    refound: 0,
    changes: 0,
  }
  const startedAt = time.now()
  const detector = new ConnectivityDetector({
    clock: time,
    scheduler: time,
    random: { next: () => 0.5 },
    signals,
    network: {
      read: () => world.hint,
      subscribe: (listener) => {
        networkListeners.add(listener)
        return () => networkListeners.delete(listener)
      },
    },
    battery: {
      follow: (listener) => {
        batteryListeners.add(listener)
        return () => batteryListeners.delete(listener)
      },
    },
    probe: () => {
      world.probedAt.push(time.now() - startedAt)
      return Promise.resolve(world.outcome)
    },
    mayProbe: () => world.mayProbe,
  })
  detector.subscribe(() => world.changes++)
  detector.onRefound(() => world.refound++)
  onTestFinished(() => detector.close())
  return {
    time,
    signals,
    detector,
    world,
    setHint: (next: NetworkHint) => {
      world.hint = next
      for (const listener of networkListeners) listener()
    },
    setBattery: (next: BatteryHint) => {
      for (const listener of batteryListeners) listener(next)
    },
    pass: async (durationMs: number) => {
      for (let leftMs = durationMs; leftMs > 0; leftMs -= 250) {
        time.advance(Math.min(250, leftMs))
        await settle()
      }
    },
    listenerCount: () => networkListeners.size + batteryListeners.size,
  }
}

test('[CN4] changes of network and battery are told, each once', () => {
  const { detector, world, setHint, setBattery } = setUp()
  setHint({ type: 'wifi', isSavingData: true })
  setBattery({ batteryLevel: 80, isCharging: true })
  setBattery({ batteryLevel: 80, isCharging: true })
  expect(world.changes).toBe(2)
  expect(detector.status).toEqual({
    isOnline: true,
    connectionType: 'wifi',
    connectionQuality: 'good',
    lastConnected: null,
    batteryLevel: 80,
    isCharging: true,
    isSavingData: true,
  })
})

test('[CN5] while requests are answered, and at the start, the server is not asked for that alone', async () => {
  const { detector, world, pass, signals } = setUp()
  await pass(60_000)
  detector.noteAnswer(40)
  signals.send('woke')
  await pass(600_000)
  expect([world.probedAt, detector.status.roundTripMs, detector.status.connectionQuality]).toEqual([[], 40, 'excellent'])
})

test('[CN5] `online` is a hint: unless a request shows it within 2 s, the server is asked', async () => {
  const { detector, world, pass, signals } = setUp()
  signals.send('offline')
  expect(detector.status).toMatchObject({ isOnline: false, connectionType: 'none', connectionQuality: 'offline' })
  signals.send('online')
  expect(detector.status.isOnline).toBe(true)
  await pass(1_000)
  detector.noteAnswer(90)
  await pass(60_000)
  expect(world.probedAt).toEqual([])
  signals.send('offline')
  signals.send('online')
  await pass(2_000)
  expect([world.probedAt, detector.status.isOnline]).toEqual([[63_000], false])
})

test('[CN5] `offline` is certain: nothing is asked', async () => {
  const { detector, world, pass, signals } = setUp()
  detector.noteFailure()
  signals.send('offline')
  detector.noteFailure()
  await pass(600_000)
  expect(world.probedAt).toEqual([])
})

test('[CN6] a request that fails is made sure of; while the server is lost it is asked later and later', async () => {
  const { detector, world, pass } = setUp()
  detector.noteAnswer()
  detector.noteFailure()
  expect(detector.status.isOnline).toBe(true)
  await pass(500)
  expect([world.probedAt, detector.status.isOnline]).toEqual([[500], false])
  await pass(20_000)
  // With half of the jitter: 1 s, 2 s, 4 s, 8 s more.
  expect(world.probedAt).toEqual([500, 1_500, 3_500, 7_500, 15_500])
  world.outcome = { roundTripMs: 60 }
  await pass(16_000)
  expect(world).toMatchObject({ refound: 1, probedAt: [500, 1_500, 3_500, 7_500, 15_500, 31_500] })
  expect(detector.status).toMatchObject({ isOnline: true, lastConnected: 1_031_500, roundTripMs: 60 })
})

test('[CN6] a second request that fails is proof enough', () => {
  const { detector } = setUp()
  detector.noteFailure()
  detector.noteFailure()
  expect(detector.status).toMatchObject({ isOnline: false, connectionQuality: 'offline' })
})

test('[CN6] where probes reach the server and requests do not, it is not asked quickly again and again', async () => {
  const { detector, world, pass } = setUp()
  world.outcome = { roundTripMs: 60 }
  for (let second = 0; second < 120; second++) {
    detector.noteFailure()
    await pass(1_000)
  }
  expect(world.probedAt).toEqual([500, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000])
})

test('[CN6] requests that are answered forgive no socket: where it alone fails, its probes grow rare', async () => {
  const { detector, world, pass } = setUp()
  world.outcome = { roundTripMs: 60 }
  // Whoever syncs asks at once when the server is found again, and is answered; the sockets are tried again, too.
  detector.onRefound(() => {
    detector.noteAnswer(40)
    detector.noteFailure('socket')
    detector.noteFailure('socket')
  })
  detector.noteFailure('socket')
  detector.noteFailure('socket')
  await pass(120_000)
  expect(world.probedAt).toEqual([500, 1_500, 3_500, 7_500, 15_500, 31_500, 63_500])
  detector.noteAnswer(undefined, 'socket')
  detector.noteFailure('socket')
  await pass(1_000)
  expect(world.probedAt.at(-1)).toBe(120_500)
})

test('[CN6] a page that comes to the front does not sit out a long wait', async () => {
  const { detector, world, pass, signals } = setUp()
  detector.noteFailure()
  await pass(40_000)
  const before = world.probedAt.length
  world.outcome = { roundTripMs: 60 }
  signals.send('woke')
  await pass(250)
  expect([world.probedAt.length - before, detector.status.isOnline]).toEqual([1, true])
})

test('[CN7] nothing is asked while nothing may leave the device; the next failure asks again', async () => {
  const { detector, world, pass } = setUp()
  world.mayProbe = false
  detector.noteFailure()
  await pass(60_000)
  expect(world.probedAt).toEqual([])
  world.mayProbe = true
  detector.noteFailure()
  await pass(60_000)
  expect(world.probedAt.length).toBeGreaterThan(0)
})

test('[CN4] a hint that changes without a word is noticed with the next request', () => {
  const { detector, world } = setUp()
  world.hint = { isSavingData: true }
  detector.noteAnswer()
  expect([world.changes, detector.status.isSavingData]).toEqual([1, true])
})

test('[CN4] whoever reads the status reads what is true now; it is told a moment later, and never inside of a reading', async () => {
  const { detector, world, pass } = setUp({ hint: { type: 'wifi', isSavingData: false } })
  detector.noteAnswer(30)
  const changes = world.changes
  const before = detector.status
  expect(detector.status).toBe(before)
  world.hint = { type: 'cellular', isSavingData: true }
  const during = detector.status
  expect([detector.status === during, world.changes - changes]).toEqual([true, 0])
  expect(during).toEqual({
    ...before,
    connectionType: 'cellular',
    connectionQuality: 'good',
    isSavingData: true,
    roundTripMs: undefined,
  })
  await settle()
  expect(world.changes - changes).toBe(1)
  world.hint = { type: 'none' }
  expect(detector.status.isOnline).toBe(true)
  await pass(500)
  expect([world.probedAt, detector.status.isOnline]).toEqual([[500], false])
})

test('[CN4] what the browser said to a page that was frozen is noticed when it is back', async () => {
  const { detector, world, signals, pass } = setUp()
  signals.send('offline')
  signals.becomeUnheard('online')
  expect(detector.status.isOnline).toBe(false)
  signals.send('restored')
  expect(detector.status.isOnline).toBe(true)
  await pass(2_000)
  expect(world.probedAt).toEqual([2_000])
})

test('[CN16] a listener that throws keeps nobody from hearing, and is no failure of the request that was told', async () => {
  const { detector, world, pass } = setUp()
  const later = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => undefined)
  onTestFinished(() => later.mockRestore())
  const fail = (): never => {
    throw new Error('of the app')
  }
  const heard: string[] = []
  detector.subscribe(fail)
  detector.subscribe(() => heard.push(detector.status.connectionQuality))
  detector.onRefound(fail)
  detector.onRefound(() => heard.push('refound'))
  detector.noteAnswer(30)
  detector.noteFailure()
  detector.noteFailure()
  world.outcome = { roundTripMs: 30 }
  await pass(500)
  expect(heard).toEqual(['excellent', 'offline', 'excellent', 'refound'])
  // The error is the page's, not lost.
  expect(later.mock.calls.length).toBe(4)
  for (const [rethrow] of later.mock.calls) expect(rethrow).toThrow('of the app')
})

test('[CN8] another network has other round trips', () => {
  const { detector, setHint } = setUp({ hint: { type: 'wifi' } })
  detector.noteAnswer(30)
  setHint({ type: 'cellular' })
  expect(detector.status).toEqual({
    isOnline: true,
    connectionType: 'cellular',
    connectionQuality: 'good',
    lastConnected: 1_000_000,
  })
})

test('[CN8] where the browser says both that there is a network and that there is none, the server is asked', async () => {
  const { world, pass, setHint } = setUp({ hint: { type: 'wifi' } })
  setHint({ type: 'none' })
  await pass(1_000)
  expect(world.probedAt).toEqual([500])
})

test('[CN9] when the server was last reached is told every 10 s, not with every request', async () => {
  const { detector, world, pass } = setUp()
  for (let time = 0; time < 40; time++) {
    detector.noteAnswer(30)
    await pass(500)
  }
  expect([world.changes, detector.status.lastConnected]).toEqual([2, 1_010_000])
})

test('[CN15] a page that makes no requests believes whoever does', async () => {
  const { detector, world, pass } = setUp()
  detector.noteToldAnswer(1_000_000 - 20_000)
  expect(detector.status.lastConnected).toBeNull()
  detector.noteToldAnswer(1_000_000)
  expect(detector.status.lastConnected).toBe(1_000_000)
  detector.noteToldFailure()
  await pass(1_000)
  expect([world.probedAt, detector.status.isOnline]).toEqual([[500], false])
})

test('[CN15] its own requests say more', async () => {
  const { detector, pass } = setUp()
  detector.noteFailure()
  detector.noteFailure()
  detector.noteToldAnswer(1_000_000)
  expect(detector.status.isOnline).toBe(false)
  detector.noteAnswer()
  detector.noteToldFailure()
  detector.noteToldFailure()
  expect(detector.status.isOnline).toBe(true)
  await pass(60_000)
  detector.noteToldFailure()
  detector.noteToldFailure()
  expect(detector.status.isOnline).toBe(false)
})

test('[CN15] each answer is told once, and a loss when it begins', () => {
  let listener = (): void => undefined
  const sync = {
    state: unknownState,
    subscribe: (heard: () => void) => {
      listener = heard
      return () => undefined
    },
  }
  const told: (number | string)[] = []
  followTold(sync, { noteToldAnswer: (at) => told.push(at), noteToldFailure: () => told.push('lost') })
  const lost: Partial<SyncState> = { status: 'offline', lastError: { code: 'UNREACHABLE', message: '' } }
  const noNetwork: Partial<SyncState> = { status: 'offline', lastError: { code: 'OFFLINE', message: '' } }
  for (const change of [{ lastPulledAt: 5 }, { lastPushedAt: 7 }, { pending: 1 }, lost, { pending: 2 }, noNetwork, lost]) {
    sync.state = { ...sync.state, ...change }
    listener()
  }
  expect(told).toEqual([5, 7, 'lost', 'lost'])
})

test('[CN10] after close nothing is heard, asked or told', async () => {
  const { detector, world, pass, signals, setHint, listenerCount } = setUp()
  detector.noteFailure()
  detector.close()
  signals.send('offline')
  setHint({ type: 'cellular' })
  detector.noteAnswer(1)
  await pass(60_000)
  expect([world.probedAt, world.changes, listenerCount()]).toEqual([[], 0, 0])
})

test('[CN6] whatever happens, a lost server is asked for again as long as somebody could be there', async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = createSeededRandom(seed)
    const { detector, world, pass, signals } = setUp()
    for (let step = 0; step < 30; step++) {
      const moves: readonly (() => void)[] = [
        () => detector.noteFailure(),
        () => detector.noteAnswer(random.below(3_000)),
        () => signals.send(random.pick(['online', 'offline', 'woke', 'restored'])),
        () => (world.outcome = random.chance(0.5) ? { roundTripMs: 5 } : undefined),
      ]
      random.pick(moves)()
      await pass(random.below(4_000))
    }
    signals.send('online')
    world.outcome = { roundTripMs: 5 }
    await pass(3_000)
    expect(detector.status.isOnline, `seed ${seed}`).toBe(true)
  }
})
