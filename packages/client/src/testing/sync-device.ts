import type { ChangeHint, Scheduler } from '@rejoin/core'
import { createManualTime, createSeededRandom, type ManualTime } from '@rejoin/core/testing'
import { RecordDisk } from '../record-database/memory-record-database.ts'
import type { LocalRecords } from '../records/local-records.ts'
import { RecordSync } from '../sync/record-sync.ts'
import type { RecordSyncParts } from '../sync/record-sync-parts.ts'
import type { SyncStore } from '../sync/sync-store.ts'
import type { FeedListener, SyncTransport, TransportReply } from '../sync/sync-transport.ts'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import { deafReplayer } from './deaf-replayer.ts'
import { FakeBrowser, FakeSignals } from './fake-browser.ts'
import { FakeLocks } from './fake-locks.ts'
import { FakeRecordServer } from './fake-record-server.ts'
import { openTestRecords, stockSchema, type StockSchema } from './test-records.ts'

const startMs = Date.parse('2026-11-21T12:00:00Z')

/** What stands between a device and its server. */
export type Network = 'up' | 'down' | 'silent' | Exclude<TransportReply<never>, { readonly type: 'answered' }>

/** A browser with one records database, and a server. Everything happens when `advance` or `rest` lets it. */
export class SyncDevice {
  readonly time: ManualTime = createManualTime(startMs)
  readonly server: FakeRecordServer
  readonly disk = new RecordDisk()
  readonly browser = new FakeBrowser()
  readonly locks = new FakeLocks()
  readonly feeds = new Set<FeedListener>()
  network: Network = 'up'
  /** Requests that reached the server, in order. */
  readonly requests: string[] = []
  #tabCount = 0

  constructor(server: FakeRecordServer = new FakeRecordServer(stockSchema)) {
    this.server = server
  }

  openTab(more: Partial<RecordSyncParts> = {}): SyncTab {
    this.#tabCount++
    return new SyncTab(this, this.#tabCount, more)
  }

  /** The server speaks on every feed. */
  hint(head: Omit<ChangeHint, 'from' | 'to'>): void {
    for (const { onHint } of this.feeds) onHint({ from: head.head, to: head.head, ...head })
  }

  /** Lets everything that is under way happen, then time go by, step by step. */
  async advance(durationMs: number): Promise<void> {
    const stepMs = 250
    await rest()
    for (let leftMs = durationMs; leftMs > 0; leftMs -= stepMs) {
      this.time.advance(Math.min(stepMs, leftMs))
      await rest()
    }
  }
}

/** Lets everything happen that waits for no timer: with disk, network and channels in memory that is a matter of microtasks. */
export async function rest(): Promise<void> {
  for (let turn = 0; turn < 1_000; turn++) await Promise.resolve()
}

/** One tab: the real records, outbox and engine. */
export class SyncTab {
  readonly local: LocalRecords<StockSchema>
  readonly sync: RecordSync
  readonly signals = new FakeSignals()
  isVisible = true
  readonly #device: SyncDevice
  readonly #channel: BroadcastChannelLike
  readonly #freezeListeners = new Set<() => void>()
  #isFrozen = false
  #late: (() => void)[] = []

  constructor(device: SyncDevice, number: number, more: Partial<RecordSyncParts>) {
    this.#device = device
    this.#channel = device.browser.openChannel()
    const { time, disk, server } = device
    this.local = openTestRecords({ time, disk, server, seed: number })
    this.sync = new RecordSync({
      store: awakeStore(this.local.syncStore, this.#whenAwake),
      transport: this.#createTransport(),
      replayer: deafReplayer,
      tenantId: 'acme',
      databaseName: 'rejoin/test',
      isEnabledAtFirst: true,
      clock: time,
      scheduler: this.#scheduler,
      random: createSeededRandom(number),
      signals: this.signals,
      pageLife: {
        isVisible: () => this.isVisible,
        onFreezing: (listener) => {
          this.#freezeListeners.add(listener)
          return () => this.#freezeListeners.delete(listener)
        },
      },
      locks: device.locks,
      channel: this.#channel,
      ...more,
    })
  }

  get status(): string {
    return this.sync.state.status
  }

  get isFrozen(): boolean {
    return this.#isFrozen
  }

  /** Nothing happens in a frozen tab; `isAnnounced`: it hears of it before. */
  freeze(isAnnounced: boolean): void {
    if (isAnnounced) for (const listener of this.#freezeListeners) listener()
    this.#isFrozen = true
    this.#device.browser.setFrozen(this.#channel, true)
  }

  thaw(): void {
    this.#isFrozen = false
    this.#device.browser.setFrozen(this.#channel, false)
    for (const run of this.#late.splice(0)) run()
    this.signals.send('restored')
  }

  async close(): Promise<void> {
    this.sync.close()
    await this.local.close()
  }

  readonly #whenAwake = (run: () => void): void => {
    if (this.#isFrozen) this.#late.push(run)
    else run()
  }

  readonly #scheduler: Scheduler = {
    after: (delayMs, run) => this.#device.time.after(delayMs, () => this.#whenAwake(run)),
  }

  #createTransport(): SyncTransport {
    const device = this.#device
    return {
      traffic: () => ({ requests: device.requests.length, bytesSent: 0, bytesReceived: 0 }),
      push: (body) => this.#answer(`push ${body.operations.length}`, () => device.server.push(body)),
      pull: ({ checkpoint }) => this.#answer('pull', () => device.server.pull(checkpoint)),
      renewToken: () => Promise.resolve({ type: 'renewed' }),
      follow: (listener) => {
        const inTab: FeedListener = {
          onHint: (hint) => this.#whenAwake(() => listener.onHint(hint)),
          onClose: () => this.#whenAwake(() => listener.onClose()),
        }
        device.feeds.add(inTab)
        return () => device.feeds.delete(inTab)
      },
    }
  }

  #answer<Body>(name: string, answer: () => Body): Promise<TransportReply<Body>> {
    const { network } = this.#device
    const reply = (): TransportReply<Body> => {
      if (network === 'down') return { type: 'unreachable', message: 'no answer' }
      if (network === 'up' || network === 'silent') {
        this.#device.requests.push(name)
        return { type: 'answered', body: answer(), roundTripMs: 10 }
      }
      return network
    }
    const replied = reply()
    return new Promise((resolve) => {
      if (network !== 'silent') queueMicrotask(() => this.#whenAwake(() => resolve(replied)))
    })
  }
}

/** What a frozen tab asked for still happens; it hears of it when it is thawed. */
function awakeStore(store: SyncStore, whenAwake: (run: () => void) => void): SyncStore {
  const late = <T>(promise: Promise<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      promise.then(
        (value) => whenAwake(() => resolve(value)),
        (error: Error) => whenAwake(() => reject(error)),
      )
    })
  return {
    takeFence: () => late(store.takeFence()),
    counts: (now, heldBelow) => late(store.counts(now, heldBelow)),
    takeBatch: (fence, options) => late(store.takeBatch(fence, options)),
    settle: (fence, batch, response, now) => late(store.settle(fence, batch, response, now)),
    takeRequest: (fence, options) => late(store.takeRequest(fence, options)),
    settleRequest: (fence, outcome) => late(store.settleRequest(fence, outcome)),
    checkpoint: () => late(store.checkpoint()),
    applyChanges: (fence, after, page, now) => late(store.applyChanges(fence, after, page, now)),
    beginResync: (fence) => late(store.beginResync(fence)),
    applyResyncPage: (fence, page) => late(store.applyResyncPage(fence, page)),
    finishResync: (fence, checkpoint, now) => late(store.finishResync(fence, checkpoint, now)),
    noteFailedAttempt: (fence, ids, failure) => late(store.noteFailedAttempt(fence, ids, failure)),
    quarantine: (fence, ids, reason) => late(store.quarantine(fence, ids, reason)),
    reviveFailed: (fence) => late(store.reviveFailed(fence)),
    times: () => late(store.times()),
    clockOffset: () => late(store.clockOffset()),
    noteClockSample: (sample) => late(store.noteClockSample(sample)),
    isEnabled: () => late(store.isEnabled()),
    setEnabled: (isEnabled) => late(store.setEnabled(isEnabled)),
    onChanged: (listener) => store.onChanged(() => whenAwake(listener)),
  }
}
