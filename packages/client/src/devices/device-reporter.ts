import { jitteredDelayMs, type Clock, type DeviceCommand, type Random, type Scheduler } from '@rejoin/core'
import type { OnlineSignals } from '../connection/online-signals.ts'
import type { Connectivity } from '../connectivity/connectivity.ts'
import type { SyncSettings } from '../settings/sync-settings.ts'
import { Drainer } from '../sync/drainer.ts'
import type { PageLife } from '../sync/page-life.ts'
import type { RecordSync } from '../sync/record-sync.ts'
import type { StealableLocks } from '../sync/stealable-locks.ts'
import type { SyncActivityLog, SyncRun } from '../sync/sync-run.ts'
import { BatteryHistory } from './battery-history.ts'
import { buildReport, isRunning, significanceOf } from './build-report.ts'
import { CommandLine } from './command-line.ts'
import { CommandRunner } from './command-runner.ts'
import type { DeviceServer } from './device-server.ts'
import { forgetDevice } from './forget-device.ts'
import type { ReportingChoice, ReportingFacts } from './reporting-choice.ts'

export interface DeviceReporterParts {
  readonly choice: ReportingChoice
  readonly server: DeviceServer
  readonly sync: Pick<RecordSync, 'state' | 'isEnabled' | 'subscribe' | 'syncNow'>
  readonly settings: SyncSettings
  readonly activity: SyncActivityLog
  readonly connectivity: Connectivity
  readonly signals: OnlineSignals
  readonly pageLife: PageLife
  readonly locks: StealableLocks
  readonly databaseName: string
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  /** What the host calls itself. */
  readonly deviceName: string | undefined
  /** Whether the host can compress what is sent. */
  readonly isCompressed: boolean
}

/** No report sooner than this after the one before. */
const reportGapMs = 2_000
const retry = { initialDelayMs: 5_000, maxDelayMs: 300_000, multiplier: 2 }

/**
 * Tells the server how the syncing of this device does, and carries out what is asked of it, where its person agreed. One tab of the device
 * does. Nothing is sent while nothing changes.
 */
export class DeviceReporter {
  readonly #parts: DeviceReporterParts
  readonly #leader: Drainer
  readonly #line: CommandLine
  readonly #runner: CommandRunner
  readonly #batteries = new BatteryHistory()
  readonly #stops: readonly (() => void)[]
  #leads = false
  #isSwitchedOn = true
  #isClosed = false
  #isSending = false
  #sending = Promise.resolve()
  #told: string | undefined
  #notBefore = 0
  #failures = 0
  #runSeenAt: number | undefined
  #cancelTimer: (() => void) | undefined

  constructor(parts: DeviceReporterParts) {
    this.#parts = parts
    const { choice, sync, settings, activity, connectivity, signals } = parts
    this.#runner = new CommandRunner({ choice, settings, syncNow: () => sync.syncNow() })
    this.#line = new CommandLine({ ...parts, onCommands: (commands) => this.#obey(commands) })
    this.#leader = new Drainer({
      ...parts,
      lockName: `${parts.databaseName}/report`,
      canHear: false,
      onReign: () => this.#lead(true),
      onReignOver: () => this.#lead(false),
      callRoll: () => undefined,
      onSilence: () => undefined,
    })
    const look = (): void => this.#look()
    this.#stops = [
      ...[choice, sync, settings, activity, connectivity].map((source) => source.subscribe(look)),
      signals.subscribe((signal) => {
        if (signal === 'offline') return this.#look()
        this.#leader.join()
        this.#line.hurry()
        this.#look()
      }),
    ]
    this.#leader.join()
  }

  /** The person's switch for this tab. */
  setOnline(isOnline: boolean): void {
    this.#isSwitchedOn = isOnline
    this.#look()
  }

  /** Resolves when nothing of this tab is on its way to the server. */
  whenTold(): Promise<void> {
    return this.#sending
  }

  close(): void {
    this.#isClosed = true
    for (const stop of this.#stops) stop()
    this.#cancelTimer?.()
    this.#line.listenFor(undefined)
    this.#leader.close()
  }

  #lead(leads: boolean): void {
    this.#leads = leads
    this.#look()
  }

  get #mayAsk(): boolean {
    return !this.#isClosed && this.#leads && this.#isSwitchedOn && this.#parts.signals.isOnline()
  }

  get #mayTalk(): boolean {
    const { choice, sync } = this.#parts
    return this.#mayAsk && choice.isEnabled === true && sync.isEnabled === true
  }

  /** What the person said when the server could not be asked. */
  get #mustForget(): boolean {
    const { facts } = this.#parts.choice
    return this.#mayAsk && facts?.isEnabled === false && facts.isForgetDue === true
  }

  /** Something may be otherwise than it was told. */
  #look(): void {
    const { choice, sync, connectivity, clock } = this.#parts
    this.#batteries.note(connectivity.status, clock.now())
    this.#runSeenAt = isRunning(sync.state) ? (this.#runSeenAt ?? clock.now()) : undefined
    const { facts } = choice
    if (!this.#mayTalk || facts === undefined) {
      this.#line.listenFor(undefined)
      this.#told = undefined
      if (this.#mustForget) return this.#plan(() => this.#forget())
      this.#cancelTimer?.()
      this.#cancelTimer = undefined
      return
    }
    this.#line.listenFor(facts.deviceId)
    if (this.#isSending || this.#cancelTimer !== undefined || significanceOf(this.#report(facts)) === this.#told) return
    this.#plan(() => this.#send())
  }

  #plan(work: () => Promise<void>): void {
    if (this.#isSending || this.#cancelTimer !== undefined) return
    const { clock, scheduler } = this.#parts
    this.#cancelTimer = scheduler.after(Math.max(0, this.#notBefore - clock.now()), () => {
      this.#sending = this.#tell(work)
    })
  }

  async #tell(work: () => Promise<void>): Promise<void> {
    this.#cancelTimer = undefined
    this.#isSending = true
    try {
      await work()
    } catch {
      // The database has told of its trouble.
      this.#fail(undefined)
    } finally {
      this.#isSending = false
      this.#look()
    }
  }

  #report(facts: ReportingFacts): ReturnType<typeof buildReport> {
    const { sync, settings, activity, connectivity, clock, deviceName, isCompressed } = this.#parts
    return buildReport({
      facts,
      name: deviceName,
      state: sync.state,
      settings: settings.get(),
      connectivity: connectivity.status,
      runs: activity.runs().filter(({ startedAt }) => startedAt > facts.reportedThrough),
      batteryUsed: (run: SyncRun) => this.#batteries.usedBetween(run.startedAt, run.startedAt + run.durationMs),
      isCompressed,
      runSeenAt: this.#runSeenAt,
      now: clock.now(),
    })
  }

  async #send(): Promise<void> {
    const { choice, server, activity, clock } = this.#parts
    // Written down first: what the server is told belongs to the id that the database has now.
    const facts = await choice.change()
    if (!this.#mayTalk) return
    const told = activity.runs().at(-1)?.startedAt ?? 0
    const report = this.#report(facts)
    this.#notBefore = clock.now() + reportGapMs
    const reply = await server.report(report)
    // The person may have changed their mind meanwhile, in this tab or another: what came after the server had forgotten is forgotten, too.
    if (!(await choice.change()).isEnabled) return void (await forgetDevice(this.#parts, report.deviceId))
    if (reply.type !== 'answered') return this.#fail(reply.type === 'refused' ? reply.retryAfterMs : undefined)
    if (report.runs.length > 0) await choice.change({ reportedThrough: Math.max(facts.reportedThrough, told) })
    if (this.#mayTalk) await this.#runner.run(reply.body.commands)
    this.#failures = 0
    this.#told = significanceOf({ ...report, runs: [] })
  }

  async #forget(): Promise<void> {
    const { deviceId } = await this.#parts.choice.change()
    if (!this.#mustForget) return
    const reply = await forgetDevice(this.#parts, deviceId)
    if (reply.type === 'answered') this.#failures = 0
    else this.#fail(reply.type === 'refused' ? reply.retryAfterMs : undefined)
  }

  #fail(retryAfterMs: number | undefined): void {
    const { clock, random } = this.#parts
    const delayMs = Math.max(reportGapMs, retryAfterMs ?? jitteredDelayMs(retry, this.#failures, random))
    this.#failures += 1
    this.#notBefore = clock.now() + delayMs
  }

  #obey(commands: readonly DeviceCommand[]): void {
    if (!this.#mayTalk) return
    this.#runner.run(commands).catch(() => {
      // The server says it again in its answer to a report.
      this.#told = undefined
      this.#fail(undefined)
      this.#look()
    })
  }
}
