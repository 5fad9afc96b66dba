import type { Clock, Random, Scheduler } from '@rejoin/core'
import type { OnlineSignal, OnlineSignals } from '../connection/online-signals.ts'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import { CorrectedClock } from './corrected-clock.ts'
import { drainMessageSchema, type DrainMessage, type ReignNews } from './drain-message.ts'
import { Drainer } from './drainer.ts'
import { engineLimits } from './engine-limits.ts'
import type { PageLife } from './page-life.ts'
import { isSameState, stateOfEngine, stateOfOnlooker, type ShownCounts } from './shown-state.ts'
import type { StealableLocks } from './stealable-locks.ts'
import { SyncEngine } from './sync-engine.ts'
import type { SyncState } from './sync-state.ts'
import type { SyncStore } from './sync-store.ts'
import type { SyncTransport } from './sync-transport.ts'

export interface RecordSyncParts {
  readonly store: SyncStore
  readonly transport: SyncTransport
  readonly tenantId: string
  readonly databaseName: string
  /** Until a person decides. */
  readonly isEnabledAtFirst: boolean
  readonly clock: Clock
  readonly correctedClock: CorrectedClock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly signals: OnlineSignals
  readonly pageLife: PageLife
  readonly locks: StealableLocks
  /** Of this database alone; `undefined` where no other tab shares it. Closed with this. */
  readonly channel: BroadcastChannelLike | undefined
}

const noNetworkMessage = 'There is no network.'
const switchedOffMessage = 'Syncing is switched off.'

/** Syncing of one records database as one tab sees it: it drains, or it looks on while another tab does. */
export class RecordSync {
  readonly #parts: RecordSyncParts
  readonly #drainer: Drainer
  readonly #listeners = new Set<() => void>()
  readonly #stops: readonly (() => void)[]
  readonly #requests = new Map<string, () => void>()
  #engine: SyncEngine | undefined
  #isSwitchedOn = true
  #isEnabled: boolean | undefined
  #counts: ShownCounts | undefined
  #changeCount = 0
  #countedAt = -1
  #told: SyncState | undefined
  #isToldTrue = false
  #cancelToldTrue: (() => void) | undefined
  #cancelHeartbeat: (() => void) | undefined
  #lastToldState: SyncState | undefined
  #state: SyncState
  #isClosed = false

  constructor(parts: RecordSyncParts) {
    this.#parts = parts
    const { store, signals, channel, locks, scheduler, pageLife, databaseName } = parts
    this.#drainer = new Drainer({
      locks,
      lockName: `${databaseName}/drain`,
      scheduler,
      pageLife,
      canHear: channel !== undefined,
      onReign: () => void this.#reign(),
      onReignOver: () => this.#endReign(),
      callRoll: () => this.#tell({ type: 'rollCall' }),
      onSilence: () => this.#forgetTold(),
    })
    this.#state = this.#deriveState()
    channel?.addEventListener('message', (event) => this.#hear(event.data))
    this.#stops = [store.onChanged(() => this.#recount()), signals.subscribe((signal) => this.#sense(signal))]
    void this.#readSettings()
    this.#recount()
    this.#drainer.join()
  }

  get state(): SyncState {
    return this.#state
  }

  /** `undefined` until it was read. */
  get isEnabled(): boolean | undefined {
    return this.#isEnabled
  }

  get isDraining(): boolean {
    return this.#engine !== undefined
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async setEnabled(isEnabled: boolean): Promise<void> {
    await this.#parts.store.setEnabled(isEnabled)
    this.#tell({ type: 'settingsChanged' })
    this.#applySettings(isEnabled)
  }

  /** The person's switch for this tab: another tab may go on. */
  setOnline(isOnline: boolean): void {
    this.#isSwitchedOn = isOnline
    if (isOnline) this.#drainer.join()
    else this.#drainer.leave()
    this.#changed()
  }

  async syncNow(): Promise<SyncState> {
    if (this.#isClosed || this.#isEnabled === false || this.#offlineMessage() !== undefined) return this.#state
    if (this.#engine === undefined) await this.#requestElsewhere()
    else await this.#run(this.#engine)
    return this.#state
  }

  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const stop of this.#stops) stop()
    this.#drainer.close()
    this.#cancelToldTrue?.()
    for (const done of this.#requests.values()) done()
    this.#listeners.clear()
    this.#parts.channel?.close()
  }

  async #run(engine: SyncEngine): Promise<void> {
    engine.dispatch({ type: 'syncRequested' })
    await engine.whenResting()
  }

  /** Asks the tab that drains; where this one comes to drain meanwhile, it runs itself. */
  #requestElsewhere(): Promise<void> {
    const { random, scheduler } = this.#parts
    const requestId = random.next().toString(36)
    return new Promise((resolve) => {
      const cancel = scheduler.after(engineLimits.requestTimeoutMs, () => done())
      const done = (): void => {
        cancel()
        this.#requests.delete(requestId)
        resolve()
      }
      this.#requests.set(requestId, done)
      this.#tell({ type: 'syncRequested', requestId })
    })
  }

  async #reign(): Promise<void> {
    const { store } = this.#parts
    try {
      const fence = await store.takeFence()
      await this.#parts.correctedClock.load(store)
      const [isEnabled, { lastPushedAt, lastPulledAt }] = [await store.isEnabled(), await store.times()]
      if (this.#isClosed || !this.#drainer.isReigning) return
      this.#engine = new SyncEngine({
        ...this.#parts,
        fence,
        times: { lastPushedAt, lastPulledAt, lastSyncedAt: undefined },
        onChanged: () => this.#changed(),
        onFenceLost: () => this.#drainer.loseFence(),
      })
      this.#applySettings(isEnabled ?? this.#parts.isEnabledAtFirst)
      this.#tellNetwork()
      this.#beat()
      this.#answerRequests(this.#engine)
    } catch {
      // The database cannot be had: it has told of its trouble. Another tab, or this one later, may do better.
      this.#drainer.loseFence()
    }
  }

  #answerRequests(engine: SyncEngine): void {
    if (this.#requests.size === 0) return
    void this.#run(engine).then(() => {
      for (const done of this.#requests.values()) done()
    })
  }

  #endReign(): void {
    this.#cancelHeartbeat?.()
    this.#engine?.close()
    this.#engine = undefined
    this.#forgetTold()
    if (!this.#isClosed) this.#tell({ type: 'abdicated' })
  }

  #beat(): void {
    this.#cancelHeartbeat?.()
    this.#cancelHeartbeat = this.#parts.scheduler.after(engineLimits.heartbeatMs, () => {
      this.#tellState()
      this.#beat()
    })
  }

  #tellState(): void {
    const engine = this.#engine
    if (engine === undefined) return
    this.#lastToldState = stateOfEngine(engine)
    this.#tell({ type: 'reigning', state: this.#lastToldState, trueForMs: engine.upToDateForMs })
  }

  #tell(message: DrainMessage): void {
    if (!this.#isClosed) this.#parts.channel?.postMessage(message)
  }

  #hear(data: unknown): void {
    const parsed = drainMessageSchema.safeParse(data)
    if (!parsed.success || this.#isClosed) return
    const message = parsed.data
    switch (message.type) {
      case 'reigning':
        this.#hearReign(message)
        return
      case 'rollCall':
        this.#tellState()
        return
      case 'syncRequested': {
        const { requestId } = message
        if (this.#engine !== undefined) void this.#run(this.#engine).then(() => this.#tell({ type: 'syncRan', requestId }))
        return
      }
      case 'syncRan':
        this.#requests.get(message.requestId)?.()
        return
      case 'settingsChanged':
        void this.#readSettings()
        return
      case 'abdicated':
        this.#forgetTold()
    }
  }

  #hearReign({ state, trueForMs }: ReignNews): void {
    if (this.#engine !== undefined) return
    this.#drainer.hear()
    this.#told = { ...this.#state, nextRetryAt: undefined, lastError: undefined, ...state }
    this.#isToldTrue = true
    this.#cancelToldTrue?.()
    const holdsMs = Math.min(trueForMs, engineLimits.silenceMs)
    this.#cancelToldTrue = this.#parts.scheduler.after(holdsMs, () => {
      this.#isToldTrue = false
      this.#changed()
    })
    this.#changed()
  }

  #forgetTold(): void {
    this.#cancelToldTrue?.()
    this.#told = undefined
    this.#isToldTrue = false
    this.#changed()
  }

  #sense(signal: OnlineSignal): void {
    switch (signal) {
      case 'online':
      case 'offline':
        this.#tellNetwork()
        break
      case 'restored':
        void this.#readSettings()
        this.#recount()
        this.#wake()
        break
      case 'woke':
        this.#wake()
    }
    this.#changed()
  }

  #wake(): void {
    if (this.#isSwitchedOn) this.#drainer.join()
    this.#drainer.wake()
    this.#engine?.dispatch({ type: 'woke' })
  }

  #tellNetwork(): void {
    const message = this.#parts.signals.isOnline() ? undefined : noNetworkMessage
    this.#engine?.dispatch(message === undefined ? { type: 'wentOnline' } : { type: 'wentOffline', message })
  }

  #offlineMessage(): string | undefined {
    if (!this.#isSwitchedOn) return switchedOffMessage
    return this.#parts.signals.isOnline() ? undefined : noNetworkMessage
  }

  async #readSettings(): Promise<void> {
    try {
      this.#applySettings((await this.#parts.store.isEnabled()) ?? this.#parts.isEnabledAtFirst)
    } catch {
      // The database has told of its trouble; nothing is claimed meanwhile.
      this.#changed()
    }
  }

  #applySettings(isEnabled: boolean): void {
    if (this.#isClosed) return
    const machineIsEnabled = this.#engine?.machine.facts.isEnabled
    this.#isEnabled = isEnabled
    if (machineIsEnabled !== isEnabled) this.#engine?.dispatch({ type: isEnabled ? 'enabled' : 'disabled' })
    this.#changed()
  }

  /** A change makes an older count worth nothing at once; the count itself follows. */
  #recount(): void {
    this.#changeCount++
    const changeCount = this.#changeCount
    this.#changed()
    this.#parts.store.counts(this.#parts.clock.now()).then(
      (counts) => {
        if (changeCount < this.#countedAt) return
        this.#counts = counts
        this.#countedAt = changeCount
        this.#changed()
      },
      () => this.#changed(),
    )
  }

  #changed(): void {
    if (this.#isClosed) return
    const next = this.#deriveState()
    if (this.#engine !== undefined && (this.#lastToldState === undefined || !isSameState(next, this.#lastToldState))) {
      this.#tellState()
    }
    if (isSameState(next, this.#state)) return
    this.#state = next
    for (const listener of this.#listeners) listener()
  }

  #deriveState(): SyncState {
    if (this.#engine !== undefined) return stateOfEngine(this.#engine)
    return stateOfOnlooker({
      isEnabled: this.#isEnabled,
      offlineMessage: this.#offlineMessage(),
      told: this.#told,
      isToldTrue: this.#isToldTrue,
      counts: this.#counts,
      isCountStale: this.#countedAt !== this.#changeCount,
    })
  }
}
