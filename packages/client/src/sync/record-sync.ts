import type { OnlineSignal } from '../connection/online-signals.ts'
import { callListener } from '../record-database/call-listener.ts'
import { DrainChannel } from './drain-channel.ts'
import type { DrainMessage } from './drain-message.ts'
import { Drainer } from './drainer.ts'
import { keepWorkersOut } from './keep-workers-out.ts'
import { Onlooker } from './onlooker.ts'
import type { RecordSyncParts } from './record-sync-parts.ts'
import { Reign } from './reign.ts'
import { RunRequests } from './run-requests.ts'
import { isSameState } from './shown-state.ts'
import type { SyncState } from './sync-state.ts'

const noNetworkMessage = 'There is no network.'
const switchedOffMessage = 'Syncing is switched off.'

const takenOver = { code: 'SIGNED_IN_ELSEWHERE', message: 'Somebody signed in in another tab. Reload this page to go on.' }

/** Syncing of one records database as one tab sees it: it drains, or it looks on while another tab does. */
export class RecordSync {
  readonly #parts: RecordSyncParts
  readonly #drainer: Drainer
  readonly #onlooker: Onlooker
  readonly #channel: DrainChannel
  readonly #listeners = new Set<() => void>()
  readonly #stops: readonly (() => void)[]
  readonly #requests: RunRequests
  #reign: Reign | undefined
  #reignCount = 0
  #isSwitchedOn = true
  #letWorkersIn: (() => void) | undefined
  #isDisowned = false
  #isEnabled: boolean | undefined
  #state: SyncState
  #isClosed = false

  constructor(parts: RecordSyncParts) {
    this.#parts = parts
    const { store, signals, channel, clock, locks, scheduler, pageLife, databaseName } = parts
    this.#channel = new DrainChannel(channel, {
      onMessage: (message) => this.#hear(message),
      onForeignReign: () => this.#drainer.hear(),
    })
    this.#onlooker = new Onlooker({ store, clock, scheduler, onChanged: () => this.#changed() })
    this.#requests = new RunRequests({ ...parts, ask: (requestId) => this.#channel.tell({ type: 'syncRequested', requestId }) })
    this.#drainer = new Drainer({
      locks,
      lockName: `${databaseName}/drain`,
      scheduler,
      pageLife,
      canHear: channel !== undefined,
      deputy: parts.deputy,
      onReign: () => void this.#beginReign(),
      onReignOver: () => this.#endReign(),
      callRoll: () => this.#channel.tell({ type: 'rollCall' }),
      onSilence: () => this.#onlooker.forget(),
    })
    this.#state = this.#deriveState()
    this.#stops = [store.onChanged(() => this.#look()), signals.subscribe((signal) => this.#sense(signal))]
    void this.#readSettings()
    this.#onlooker.recount()
    this.#drainer.join()
  }

  get state(): SyncState {
    return this.#state
  }

  /** `undefined` until it was read. */
  get isEnabled(): boolean | undefined {
    return this.#isEnabled
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async setEnabled(isEnabled: boolean): Promise<void> {
    await this.#parts.store.setEnabled(isEnabled)
    this.#channel.tell({ type: 'settingsChanged' })
    this.#applySettings(isEnabled)
    if (isEnabled) this.ask()
  }

  /** A person did something that is to be sent whatever the conditions. */
  ask(): void {
    if (this.#reign === undefined) this.#channel.tell({ type: 'personAsked' })
    else this.#reign.engine.dispatch({ type: 'personAsked' })
  }

  /** The person's switch for this tab: another tab may go on. */
  setOnline(isOnline: boolean): void {
    this.#isSwitchedOn = isOnline
    this.#keepWorkersOut(!isOnline)
    this.#parts.deputy?.setOnline(isOnline)
    if (isOnline) this.#drainer.join()
    else this.#drainer.leave()
    if (!isOnline) this.#onlooker.catchUp()
    this.#changed()
  }

  /** Before this tab leaves the queue: a worker that waits for its chance must not find one. */
  #keepWorkersOut(isCutOff: boolean): void {
    const { locks, databaseName } = this.#parts
    if (isCutOff) this.#letWorkersIn ??= keepWorkersOut(locks, databaseName)
    else {
      this.#letWorkersIn?.()
      this.#letWorkersIn = undefined
    }
  }

  /** What waits has another order, or other levels. */
  reorder(): void {
    this.#look()
    this.#reign?.engine.dispatch({ type: 'outboxChanged' })
  }

  /** The other tabs look whose database it is. */
  announceOwner(): void {
    this.#channel.tell({ type: 'ownerChanged' })
  }

  async syncNow(): Promise<SyncState> {
    if (!this.#isClosed) this.#parts.onSyncNow?.()
    if (this.#isClosed || this.#isDisowned || this.#isEnabled === false || this.#offlineMessage() !== undefined)
      return this.#state
    if (this.#reign !== undefined) await this.#reign.run()
    // Word of the run may be quicker than word of what it changed.
    else await this.#requests.make().then(() => this.#onlooker.look())
    return this.#state
  }

  close(): void {
    if (this.#isClosed) return
    this.#endReign()
    this.#isClosed = true
    for (const stop of this.#stops) stop()
    this.#drainer.close()
    this.#keepWorkersOut(false)
    this.#parts.deputy?.close()
    this.#onlooker.close()
    this.#requests.endAll()
    this.#listeners.clear()
    this.#channel.close()
  }

  async #beginReign(): Promise<void> {
    const { store, conditions } = this.#parts
    const ordinal = ++this.#reignCount
    try {
      if (await this.#isTakenOver()) return
      const fence = await store.takeFence()
      const { lastPushedAt, lastPulledAt } = await store.times()
      await conditions?.ready
      // Last: what a person decides meanwhile is written after this was read, and must not be undone by it.
      const isEnabled = await store.isEnabled()
      // Over before it began, and perhaps begun again.
      if (this.#isClosed || ordinal !== this.#reignCount) return
      const parts = {
        ...this.#parts,
        fence,
        times: { lastPushedAt, lastPulledAt, lastSyncedAt: this.#onlooker.times.lastSyncedAt },
        onChanged: () => this.#changed(),
        onFenceLost: () => this.#drainer.loseFence(),
      }
      this.#reign = new Reign(parts, this.#channel)
      this.#applySettings(isEnabled ?? this.#parts.isEnabledAtFirst)
      this.#tellNetwork()
      if (this.#requests.isWaiting) void this.#reign.run().then(() => this.#requests.endAll())
    } catch {
      // The database cannot be had: it has told of its trouble. Another tab, or this one later, may do better.
      if (ordinal === this.#reignCount) this.#drainer.loseFence()
    }
  }

  #endReign(): void {
    this.#reignCount++
    if (this.#reign !== undefined) this.#onlooker.remember(this.#reign.engine.times)
    this.#reign?.end()
    this.#reign = undefined
    this.#onlooker.forget()
    this.#onlooker.catchUp()
  }

  #hear(message: DrainMessage): void {
    switch (message.type) {
      case 'reigning':
        if (this.#reign === undefined) {
          this.#drainer.hear()
          this.#onlooker.hear(message)
        }
        return
      case 'rollCall':
        this.#reign?.tell()
        return
      case 'syncRequested': {
        const { requestId } = message
        void this.#reign?.run().then(() => this.#channel.tell({ type: 'syncRan', requestId }))
        return
      }
      case 'syncRan':
        this.#requests.end(message.requestId)
        return
      case 'personAsked':
        this.#reign?.engine.dispatch({ type: 'personAsked' })
        return
      case 'settingsChanged':
        void this.#readSettings()
        return
      case 'abdicated':
        this.#onlooker.forget()
        return
      case 'ownerChanged':
        void this.#isTakenOver()
    }
  }

  #sense(signal: OnlineSignal): void {
    switch (signal) {
      case 'online':
      case 'offline':
        this.#tellNetwork()
        break
      case 'restored':
        void this.#readSettings()
        this.#onlooker.recount()
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
    this.#reign?.engine.dispatch({ type: 'woke' })
  }

  #tellNetwork(): void {
    const message = this.#parts.signals.isOnline() ? undefined : noNetworkMessage
    this.#reign?.engine.dispatch(message === undefined ? { type: 'wentOnline' } : { type: 'wentOffline', message })
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

  /** Nothing of another person's is sent by this page, ever. */
  async #isTakenOver(): Promise<boolean> {
    if ((await this.#parts.mayDrain?.()) === false) {
      this.#isDisowned = true
      this.#drainer.close()
      this.#changed()
    }
    return this.#isDisowned
  }

  #applySettings(isEnabled: boolean): void {
    if (this.#isClosed) return
    const machineIsEnabled = this.#reign?.engine.machine.facts.isEnabled
    this.#isEnabled = isEnabled
    if (machineIsEnabled !== isEnabled) this.#reign?.engine.dispatch({ type: isEnabled ? 'enabled' : 'disabled' })
    this.#changed()
  }

  #changed(): void {
    if (this.#isClosed) return
    const next = this.#deriveState()
    this.#reign?.tellChange()
    if (isSameState(next, this.#state)) return
    this.#state = next
    for (const listener of this.#listeners) callListener(listener)
  }

  /** Where the engine of this tab counts, one count is enough. */
  #look(): void {
    if (this.#reign?.isInformed === true && this.#isSwitchedOn) this.#onlooker.doubt()
    else this.#onlooker.recount()
  }

  #deriveState(): SyncState {
    if (this.#reign?.isInformed === true && this.#isSwitchedOn) return this.#reign.state
    const seen = this.#onlooker.stateFor({ isEnabled: this.#isEnabled, offlineMessage: this.#offlineMessage() })
    return this.#isDisowned ? { ...seen, status: 'error', lastError: takenOver } : seen
  }
}
