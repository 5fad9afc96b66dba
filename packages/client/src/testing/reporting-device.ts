import { defaultBackgroundSyncSettings, type BackgroundSyncSettings, type DeviceCommand, type DeviceReport } from '@rejoin/core'
import { createManualTime, createSeededRandom, type ManualTime } from '@rejoin/core/testing'
import type { DeviceListener, DeviceServer } from '../devices/device-server.ts'
import { DeviceReporter, type DeviceReporterParts } from '../devices/device-reporter.ts'
import { DeviceSession } from '../devices/device-session.ts'
import { ReportingChoice } from '../devices/reporting-choice.ts'
import { DeviceFacts } from '../outbox/device-facts.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { createMemoryRecordDatabase, RecordDisk } from '../record-database/memory-record-database.ts'
import type { SyncSettings } from '../settings/sync-settings.ts'
import { alwaysAwake } from '../sync/page-life.ts'
import { unknownState } from '../sync/shown-state.ts'
import type { SyncRun } from '../sync/sync-run.ts'
import type { SyncState } from '../sync/sync-state.ts'
import type { TransportReply } from '../sync/sync-transport.ts'
import { FakeConnectivity } from './fake-connectivity.ts'
import { FakeLocks } from './fake-locks.ts'
import { FakeSignals } from './fake-browser.ts'
import { rest } from './sync-device.ts'

/** Something that a test changes and others are told of. */
class Told<Value> {
  value: Value
  readonly #listeners = new Set<() => void>()

  constructor(value: Value) {
    this.value = value
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  become(value: Value): void {
    this.value = value
    for (const listener of this.#listeners) listener()
  }
}

type ReportReply = TransportReply<{ readonly commands: readonly DeviceCommand[] }>

/** The server's side of devices, answered by the test. */
export class FakeDeviceServer {
  readonly reports: DeviceReport[] = []
  readonly forgotten: string[] = []
  /** Whether it can be asked to forget. */
  isHearing = true
  /** Open lines, by the device they are for. */
  readonly lines: { readonly deviceId: string; readonly listener: DeviceListener }[] = []
  answer: ReportReply | Promise<ReportReply> = {
    type: 'answered',
    body: { commands: [] },
    roundTripMs: 1,
  }

  asServer(): DeviceServer {
    const unasked = (): Promise<TransportReply<never>> => Promise.resolve({ type: 'unreachable', message: 'not asked here' })
    return {
      report: (report) => {
        this.reports.push(report)
        return Promise.resolve(this.answer)
      },
      forget: (deviceId) => {
        if (!this.isHearing) return unasked()
        this.forgotten.push(deviceId)
        return Promise.resolve({ type: 'answered', body: undefined, roundTripMs: 1 })
      },
      list: unasked,
      status: unasked,
      metrics: unasked,
      command: unasked,
      follow: (deviceId, listener) => {
        const line = { deviceId, listener }
        this.lines.push(line)
        return () => this.#drop(line)
      },
    }
  }

  say(commands: readonly DeviceCommand[]): void {
    for (const { listener } of this.lines) listener.onWord(commands)
  }

  /** The network drops every line. */
  cut(): void {
    for (const line of this.lines.splice(0)) line.listener.onClose()
  }

  #drop(line: (typeof this.lines)[number]): void {
    const place = this.lines.indexOf(line)
    if (place >= 0) this.lines.splice(place, 1)
  }
}

/** One tab of a device that may report; several on one disk are tabs of the same device. */
export class ReportingTab {
  readonly server: FakeDeviceServer
  readonly time: ManualTime
  readonly choice: ReportingChoice
  readonly reporter: DeviceReporter
  readonly connectivity = new FakeConnectivity()
  readonly signals = new FakeSignals()
  readonly state = new Told<SyncState>({ ...unknownState, status: 'upToDate' })
  readonly settings = new Told<BackgroundSyncSettings>(defaultBackgroundSyncSettings)
  readonly runs = new Told<readonly SyncRun[]>([])
  isSyncEnabled = true
  readonly #parts: DeviceReporterParts
  readonly #database: RecordDatabase
  syncNowCount = 0
  /** Settings cannot be written. */
  isIll = false

  constructor({
    disk = new RecordDisk(),
    locks = new FakeLocks(),
    server = new FakeDeviceServer(),
    time = createManualTime(1_000_000),
  }: { disk?: RecordDisk; locks?: FakeLocks; server?: FakeDeviceServer; time?: ManualTime } = {}) {
    this.server = server
    this.time = time
    const database = createMemoryRecordDatabase({ disk })
    this.#database = database
    const random = createSeededRandom(1)
    this.choice = new ReportingChoice(database, random)
    const update: SyncSettings['update'] = (changes) => {
      if (this.isIll) return Promise.reject(new Error('ill'))
      this.settings.become({ ...this.settings.value, ...changes })
      return Promise.resolve(this.settings.value)
    }
    const { state, runs } = this
    const isEnabled = (): boolean => this.isSyncEnabled
    const syncNow = (): Promise<SyncState> => {
      this.syncNowCount++
      return Promise.resolve(state.value)
    }
    this.#parts = {
      choice: this.choice,
      server: server.asServer(),
      sync: {
        get state() {
          return state.value
        },
        get isEnabled() {
          return isEnabled()
        },
        subscribe: state.subscribe,
        syncNow,
      },
      settings: { get: () => this.settings.value, update, subscribe: this.settings.subscribe },
      activity: { runs: () => runs.value, subscribe: runs.subscribe },
      connectivity: this.connectivity,
      signals: this.signals,
      pageLife: alwaysAwake,
      locks,
      databaseName: 'device',
      clock: time,
      scheduler: time,
      random: { next: () => 0.5 },
      deviceName: 'Firefox on Android',
      isCompressed: true,
    }
    this.reporter = new DeviceReporter(this.#parts)
  }

  /** Enabled, and told once. */
  static async open(more: ConstructorParameters<typeof ReportingTab>[0] = {}): Promise<ReportingTab> {
    const tab = new ReportingTab(more)
    await tab.choice.change({ isEnabled: true })
    await tab.pass(0)
    return tab
  }

  /** What a person has of the device in another tab. */
  openSession(): DeviceSession {
    const deviceHost = { createServer: () => this.server.asServer(), name: 'Firefox on Android', isCompressed: true }
    return new DeviceSession({
      ...this.#parts,
      deviceHost,
      auth: undefined,
      database: this.#database,
      idRandom: createSeededRandom(3),
    })
  }

  /** Lets time go by, and everything that follows from it happen. */
  async pass(ms: number): Promise<void> {
    await rest()
    this.time.advance(ms)
    await rest()
    this.time.advance(0)
    await rest()
  }

  /** The server found a copy of this device: it is numbered anew. */
  fork(): Promise<void> {
    return this.#database.transaction('write', async (tables) => {
      const random = createSeededRandom(2)
      const device = await DeviceFacts.read(tables, random)
      device.fork(random)
      await device.flush()
    })
  }

  show(changes: Partial<SyncState>): void {
    this.state.become({ ...this.state.value, ...changes })
  }
}

/** A run that settled three operations. */
export function sampleRunAt(startedAt: number, more: Partial<SyncRun> = {}): SyncRun {
  return {
    startedAt,
    durationMs: 50,
    trigger: 'change',
    outcome: 'done',
    items: 3,
    received: 1,
    conflicts: 0,
    failures: 0,
    requests: 2,
    bytesSent: 100,
    bytesReceived: 200,
    wakeUps: 0,
    ...more,
  }
}
