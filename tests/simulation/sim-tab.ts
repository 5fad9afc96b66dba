import type { SeededRandom } from '@rejoin/core/testing'
import { DocumentChannel, DocumentSession, managedPersistence, type DocumentNews, type WebSocketLike } from '@rejoin/client/simulation'
import { Doc } from 'yjs'
import { Violation } from './oracle.ts'
import { SimDeviceStore } from './sim-device-store.ts'
import type { SimDevice } from './sim-device.ts'
import { documentName } from './sim-server.ts'
import { SimSocket } from './sim-socket.ts'

/** One page: the real session, keeper, link and provider over a simulated database, channel and socket. It may die at any step. */
export class SimTab {
  readonly name: string
  readonly device: SimDevice
  /** Tags of the changes that this page made, oldest first. */
  readonly tags: string[] = []
  readonly #random: SeededRandom
  readonly #store: SimDeviceStore
  readonly #sockets = new Set<SimSocket>()
  #session: DocumentSession | undefined
  #channel: DocumentChannel | undefined
  #isAlive = true
  #storedCount = 0
  #keptCount = 0
  #lastReceiptCount = 0
  #receiptOffset = 0

  constructor(device: SimDevice, name: string) {
    this.name = name
    this.device = device
    const { world, config, mutant } = device.options
    this.#random = world.random(`tab ${name}`)
    this.#store = new SimDeviceStore({ world, config, mutant, disk: device.disk, random: world.random(`store ${name}`) })
  }

  get session(): DocumentSession | undefined {
    return this.#session
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  async open(): Promise<void> {
    const { world, oracle } = this.device.options
    const channel = new DocumentChannel({
      channel: this.device.joinChannel(this),
      sender: this.name,
      listener: {
        onNews: (news: DocumentNews) => this.#session?.receive(news),
        onMissed: () => void this.#session?.catchUp(),
      },
    })
    this.#channel = channel
    const doc = new Doc()
    doc.clientID = this.#random.below(2 ** 32)
    const scheduler = { after: (delayMs: number, run: () => void) => this.#after(delayMs, run) }
    const persistence = managedPersistence({ store: this.#store.store, isDurable: true, scheduler, tell: (news) => channel.tell(news) })
    const createKeeper = await persistence.load(documentName, doc).catch((error: unknown) => {
      throw new Violation('P9', `${this.name} cannot read its copy: ${String(error)}`)
    })
    if (!this.#isAlive) return
    this.#session = new DocumentSession({
      name: documentName,
      doc,
      createKeeper,
      host: {
        url: 'ws://simulated/documents',
        getToken: undefined,
        openWebSocket: (url) => this.#dial(url),
        clock: { now: () => world.now() + this.device.clockSkewMs },
        scheduler,
        random: this.#random.fork('jitter'),
      },
    })
    for (const tag of this.device.keptTags) {
      if (!doc.getMap('tags').has(tag)) oracle.blame(new Violation('P1', `${tag} was kept on the device, and is gone after a reload`))
    }
    if (this.device.isOnline) this.#session.goOnline()
  }

  edit(): void {
    const session = this.#session
    if (session === undefined || session.isGone) return
    const tag = `${this.name}-${this.tags.length}`
    session.doc.transact(() => {
      session.doc.getMap('tags').set(tag, true)
      const text = session.doc.getText('text')
      if (text.length > 3 && this.#random.chance(0.3)) text.delete(this.#random.below(text.length - 2), 1 + this.#random.below(2))
      else text.insert(this.#random.below(text.length + 1), tag)
    })
    this.tags.push(tag)
    const { oracle } = this.device.options
    const receipt = session.receipt()
    receipt.device.then(
      () => this.#isAlive && this.device.kept(tag),
      () => undefined,
    )
    receipt.stored.then(
      () => this.#isAlive && !oracle.has(tag) && oracle.blame(new Violation('P1', `${tag} has the receipt "stored" and is not on the disk`)),
      () => undefined,
    )
  }

  /** What the person is shown must be true, after every step. */
  check(): void {
    const { oracle } = this.device.options
    const state = this.#session?.state
    if (state === undefined) return
    if (state.status === 'stored' || !state.hasUnstored) {
      for (; this.#storedCount < this.tags.length; this.#storedCount++) {
        const tag = this.tags[this.#storedCount] ?? ''
        if (!oracle.has(tag)) throw new Violation('P4', `${this.name} shows ${state.status}, hasUnstored ${state.hasUnstored}, and the disk lacks ${tag}`)
      }
    }
    if (state.isOnDevice) {
      for (; this.#keptCount < this.tags.length; this.#keptCount++) {
        const tag = this.tags[this.#keptCount] ?? ''
        if (!this.device.disk.has(tag)) throw new Violation('P4', `${this.name} says "on this device", and the device lacks ${tag}`)
      }
    }
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
    this.#channel?.close()
    const session = this.#session
    this.#session = undefined
    // Only to stop the library's own intervals; nothing that it still says is heard.
    session?.close().catch(() => undefined)
    session?.awareness.destroy()
    session?.doc.destroy()
  }

  #after(delayMs: number, run: () => void): () => void {
    const { world, mutant } = this.device.options
    if (mutant === 'reconnectTimerIsLost' && delayMs > 0 && delayMs < 30_000 && delayMs !== 10_000 && delayMs !== 1_000) return () => undefined
    return world.after(delayMs, () => {
      if (this.#isAlive) run()
    })
  }

  #dial(url: string): WebSocketLike {
    const { world, config, server } = this.device.options
    this.#receiptOffset = this.#lastReceiptCount
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
            this.#lastReceiptCount = count
          },
        }),
      onClosed: () => this.#sockets.delete(socket),
    })
    this.#sockets.add(socket)
    return socket
  }
}

