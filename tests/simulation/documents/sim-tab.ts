import {
  DocumentClient,
  type BroadcastChannelLike,
  type LocksLike,
  type OpenDocument,
  type WebSocketLike,
} from '@rejoin/client/simulation'
import type { SeededRandom } from '@rejoin/core/testing'
import type { Config } from './config.ts'
import type { Mutant } from './mutants.ts'
import { Violation, type Oracle } from './oracle.ts'
import { SimDeviceStore, type SimDeviceDisk } from './sim-device-store.ts'
import { documentName, type SimServer } from './sim-server.ts'
import { SimSocket } from './sim-socket.ts'
import type { World } from '../world/world.ts'

/** The waits of the link that are not the delay before another attempt. */
const otherWaitsMs = new Set([250, 1_000, 10_000, 20_000, 30_000, 60_000, 120_000])

export interface SimDeviceOptions {
  readonly world: World
  readonly config: Config
  readonly oracle: Oracle
  readonly server: SimServer
  readonly mutant: Mutant | undefined
}

/** The device as its tabs see it. */
export interface TabHost {
  readonly name: string
  readonly options: SimDeviceOptions
  readonly disk: SimDeviceDisk
  readonly clockSkewMs: number
  readonly isOnline: boolean
  /** Changes that a page was told are on this device. */
  readonly keptTags: ReadonlySet<string>
  readonly locks: { of(owner: object): LocksLike; release(owner: object): void }
  joinChannel(tab: SimTab): BroadcastChannelLike
  kept(tag: string): void
}

/** One page: the real client over a simulated database, channel, locks and socket. It may die at any step. */
export class SimTab {
  readonly name: string
  readonly device: TabHost
  /** Tags of the changes that this page made, oldest first. */
  readonly tags: string[] = []
  readonly #random: SeededRandom
  readonly #store: SimDeviceStore
  readonly #client: DocumentClient
  readonly #sockets = new Set<SimSocket>()
  #document: OpenDocument | undefined
  /** What a dead page still complains of. */
  readonly #lastWords: unknown[] = []
  #isAlive = true
  /** What the document holds of this device, from this page and those before it. */
  readonly #owed: string[] = []
  #storedCount = 0
  #keptCount = 0
  #receiptCount = 0
  #receiptOffset = 0

  constructor(device: TabHost, name: string) {
    this.name = name
    this.device = device
    const { world, config, mutant } = device.options
    this.#random = world.random(`tab ${name}`)
    this.#store = new SimDeviceStore({ world, config, mutant, disk: device.disk, random: world.random(`store ${name}`) })
    this.#client = new DocumentClient({
      host: {
        url: 'ws://simulated/documents',
        getToken: undefined,
        openWebSocket: (url) => this.#dial(url),
        clock: { now: () => world.now() + device.clockSkewMs },
        scheduler: { after: (delayMs, run) => this.#after(delayMs, run) },
        random: this.#random.fork('jitter'),
      },
      store: this.#store.store,
      importYIndexedDb: () => Promise.resolve('nothing'),
      isDurable: true,
      signals: { isOnline: () => true, subscribe: () => () => undefined },
      locks: device.locks.of(this),
      channel: device.joinChannel(this),
      databaseName: device.name,
      sender: name,
    })
    if (!device.isOnline) this.#client.setOnline(false)
  }

  get document(): OpenDocument | undefined {
    return this.#document
  }

  get client(): DocumentClient {
    return this.#client
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  /** Opens the document. A page that never does still has to bring to the server what an earlier one left. */
  async open(): Promise<void> {
    const { oracle } = this.device.options
    const document = await this.#client.documents.open(documentName).catch((error: unknown) => {
      throw new Violation('P9', `${this.name} cannot read its copy: ${String(error)}`)
    })
    if (!this.#isAlive) return
    this.#document = document
    this.#owed.push(...this.device.keptTags)
    for (const tag of this.#owed) {
      if (!document.doc.getMap('tags').has(tag))
        oracle.blame(new Violation('P1', `${tag} was kept on the device, and is gone after a reload`))
    }
  }

  edit(): void {
    const document = this.#document
    if (document === undefined) return
    const tag = `${this.name}-${this.tags.length}`
    document.doc.transact(() => {
      document.doc.getMap('tags').set(tag, true)
      const text = document.doc.getText('text')
      if (text.length > 3 && this.#random.chance(0.3)) text.delete(this.#random.below(text.length - 2), 1 + this.#random.below(2))
      else text.insert(this.#random.below(text.length + 1), tag)
    })
    this.tags.push(tag)
    this.#owed.push(tag)
    const { oracle } = this.device.options
    const receipt = document.receipt()
    receipt.device.then(
      () => this.#isAlive && this.device.kept(tag),
      (error: unknown) => this.#lastWords.push(error),
    )
    receipt.stored.then(
      () =>
        this.#isAlive &&
        !oracle.has(tag) &&
        oracle.blame(new Violation('P1', `${tag} has the receipt "stored" and is not on the disk`)),
      (error: unknown) => this.#lastWords.push(error),
    )
  }

  /** What the person is shown must be true, after every step. */
  check(): void {
    const { oracle, world } = this.device.options
    const state = this.#document?.state
    if (state === undefined) return
    if (state.status === 'stored' || !state.hasUnstored || this.#client.syncStatus.status === 'stored') {
      for (; this.#storedCount < this.#owed.length; this.#storedCount++) {
        const tag = this.#owed[this.#storedCount] ?? ''
        const shown = `${state.status}, hasUnstored ${state.hasUnstored}, ${this.#client.syncStatus.status} at ${world.now()}`
        if (!oracle.has(tag)) throw new Violation('P4', `${this.name} shows ${shown}, and the disk lacks ${tag}`)
      }
    }
    if (!state.isOnDevice) return
    for (; this.#keptCount < this.tags.length; this.#keptCount++) {
      const tag = this.tags[this.#keptCount] ?? ''
      if (!this.device.disk.has(tag)) throw new Violation('P4', `${this.name} says "on this device", and the device lacks ${tag}`)
    }
  }

  setOnline(isOnline: boolean): void {
    this.#client.setOnline(isOnline)
  }

  cut(isHalfOpen: boolean): void {
    for (const socket of this.#sockets) socket.link.cut({ isHalfOpen })
  }

  clog(): void {
    for (const socket of this.#sockets) socket.link.clog()
  }

  unclog(): void {
    for (const socket of this.#sockets) socket.link.unclog()
  }

  /** Killed: no handler runs any more, and what was on its way to the database may or may not come through. */
  die(): void {
    this.#isAlive = false
    this.cut(true)
    this.#store.die()
    this.device.locks.release(this)
    const document = this.#document
    this.#document = undefined
    // Only to stop the libraries' own intervals; nothing that it still says is heard.
    this.#client.close().catch((error: unknown) => this.#lastWords.push(error))
    document?.awareness.destroy()
    document?.doc.destroy()
  }

  #after(delayMs: number, run: () => void): () => void {
    const { world, mutant } = this.device.options
    if (mutant === 'reconnectTimerIsLost' && delayMs > 0 && !otherWaitsMs.has(delayMs)) return () => undefined
    return world.after(delayMs, () => {
      if (this.#isAlive) run()
    })
  }

  #dial(url: string): WebSocketLike {
    const { world, config, server } = this.device.options
    this.#receiptOffset = this.#receiptCount
    const generation = new URL(url).searchParams.get('generation') ?? undefined
    const socket: SimSocket = new SimSocket({
      world,
      config,
      random: this.#random.fork(`socket ${world.now()}`),
      fails: this.#random.chance(config.dialFailureRate),
      isAlive: () => this.#isAlive,
      accept: (link) =>
        server.accept(link, {
          user: config.hasUsers ? this.device.name : null,
          generation,
          receiptOffset: () => this.#receiptOffset,
          noteReceipt: (count) => {
            this.#receiptCount = count
          },
        }),
      onClosed: () => this.#sockets.delete(socket),
    })
    this.#sockets.add(socket)
    return socket
  }
}
