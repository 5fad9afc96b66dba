import {
  encodeReceipt,
  factsOf,
  readPrivateMessage,
  type ErrorCode,
  type SceneOperation,
  type SceneSyncResult,
} from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import {
  createRelay,
  readInboundMessage,
  readServerMessage,
  SceneRequestError,
  SceneShelf,
  SceneSyncProcessor,
  splitFrames,
  type Member,
  type Peer,
  type Room,
  type SocketRelay,
} from '@rejoin/server/simulation'
import type { Config } from './config.ts'
import type { Mutant } from './mutants.ts'
import { Violation, type Oracle } from './oracle.ts'
import type { SimDisk } from './sim-disk.ts'
import type { SimLink } from './sim-link.ts'
import type { World } from '../world/world.ts'

export interface SimServerOptions {
  readonly world: World
  readonly config: Config
  readonly oracle: Oracle
  readonly disk: SimDisk
  readonly mutant: Mutant | undefined
}

const tenant = 'simulated'
export const documentName = 'plan'

/** The real relay on a simulated disk and network; it can be killed at any step. */
export class SimServer {
  readonly #options: SimServerOptions
  readonly #random: SeededRandom
  readonly #connections = new Set<ServerConnection>()
  #relay: SocketRelay | undefined
  #scenes: SceneSyncProcessor | undefined

  constructor(options: SimServerOptions) {
    this.#options = options
    this.#random = options.world.random('server')
  }

  get isUp(): boolean {
    return this.#relay !== undefined
  }

  start(): void {
    const { world, disk, oracle } = this.#options
    const relay: SocketRelay = createRelay({
      store: disk.open(),
      clock: world,
      scheduler: { after: (delayMs, run) => world.after(delayMs, () => this.#relay === relay && run()) },
      defer: queueMicrotask,
      elapsedMs: () => world.now(),
      report: ({ error }) => oracle.blame(new Violation('P9', `a document could not be used: ${String(error)}`)),
    })
    this.#relay = relay
    this.#scenes = this.#openScenes(relay)
  }

  #openScenes(relay: SocketRelay): SceneSyncProcessor {
    const { world, disk, oracle } = this.#options
    const random = this.#random.fork(`scenes ${world.now()}`)
    const shelf = new SceneShelf()
    const after = (delayMs: number, run: () => void) => world.after(delayMs, () => this.#relay === relay && run())
    return new SceneSyncProcessor({
      store: disk.open(),
      relay,
      applier: {
        apply: async (job) => {
          const { promise, resolve } = Promise.withResolvers<void>()
          after(random.next() * this.#options.config.commitMsMax, resolve)
          await promise
          return { type: 'done', answer: shelf.apply(job) }
        },
      },
      // The intention itself is its hash: nothing here is secret, and nothing is long.
      digest: { hash: (text) => text, sign: (_key, text) => text },
      clock: world,
      scheduler: { after },
      random,
      elapsedMs: () => world.now(),
      report: ({ error }) => oracle.blame(new Violation('P9', `a scene could not be used: ${String(error)}`)),
    })
  }

  /** What a program sends; `undefined` where it has to come again. Where the process dies, nobody ever answers. */
  async carryOut(user: string | null, operations: readonly SceneOperation[]): Promise<SceneSyncResult | undefined> {
    try {
      return await this.#scenes?.processWithRetry({ tenant, document: documentName, user }, operations)
    } catch (error) {
      if (!(error instanceof SceneRequestError && error.isRetryable))
        this.#options.oracle.blame(new Violation('P3', `a batch was refused: ${String(error)}`))
      return undefined
    }
  }

  async crash(): Promise<void> {
    this.#relay = undefined
    this.#scenes = undefined
    for (const connection of this.#connections) connection.vanish()
    this.#connections.clear()
    await this.#options.disk.crash()
  }

  /** What a person would read over HTTP. */
  async read(): Promise<Uint8Array | undefined> {
    const state = await this.#relay?.read(tenant, documentName)
    return state?.type === 'live' ? state.update : undefined
  }

  async compact(): Promise<void> {
    if (this.#relay !== undefined) await this.#options.disk.open().tenant(tenant).compact(documentName)
  }

  /** A socket was accepted: lets it into the room. */
  accept(
    link: SimLink,
    hello: {
      readonly user: string | null
      readonly generation: string | undefined
      readonly receiptOffset: () => number
      readonly noteReceipt: (count: number) => void
    },
  ): void {
    const relay = this.#relay
    if (relay === undefined) return link.cut({ isHalfOpen: false })
    const connection = new ServerConnection(link, { ...this.#options, random: this.#random, ...hello }, () =>
      this.#connections.delete(connection),
    )
    this.#connections.add(connection)
    relay.join({ tenant, document: documentName, peer: connection, generation: hello.generation }).then(
      (joined) => {
        if (this.#relay !== relay) return
        if (joined.type === 'joined') connection.seat(joined.room, joined.member)
        else connection.close(joined.code)
      },
      (error: unknown) => this.#options.oracle.blame(new Violation('P9', `joining failed: ${String(error)}`)),
    )
  }
}

interface ConnectionOptions extends SimServerOptions {
  readonly random: SeededRandom
  readonly user: string | null
  readonly receiptOffset: () => number
  readonly noteReceipt: (count: number) => void
}

/** The server's end of a link, as the room's peer. */
class ServerConnection implements Peer {
  readonly isRejoin = true
  readonly canWrite = true
  readonly user: string | null
  readonly #link: SimLink
  readonly #options: ConnectionOptions
  #seat: { readonly room: Room; readonly member: Member } | undefined
  #early: Uint8Array[] = []
  #isOpen = true

  constructor(link: SimLink, options: ConnectionOptions, onClosed: () => void) {
    this.#link = link
    this.#options = options
    this.user = options.user
    link.attach('server', {
      receive: (message) => this.#receive(message),
      closed: () => {
        onClosed()
        this.#leave()
      },
      drained: () => this.#drained(),
    })
  }

  seat(room: Room, member: Member): void {
    this.#seat = { room, member }
    if (!this.#isOpen) return room.leave(member)
    for (const message of this.#early.splice(0)) this.#receive(message)
  }

  write(frames: Parameters<Peer['write']>[0]): void {
    if (!this.#isOpen) return
    for (const message of splitFrames(frames)) this.#send(message)
  }

  buffered(): number {
    return this.#link.bufferedBytes
  }

  close(code: ErrorCode): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#link.close('server', factsOf(code).closeCode ?? 1011)
    this.#seat?.room.leave(this.#seat.member)
  }

  /** The process is gone: nobody says goodbye. */
  vanish(): void {
    this.#isOpen = false
    this.#seat = undefined
    this.#link.cut({ isHalfOpen: this.#options.random.chance(this.#options.config.halfOpenRate) })
  }

  #receive(message: Uint8Array): void {
    if (!this.#isOpen) return
    if (this.#seat === undefined) {
      this.#early.push(message)
      return
    }
    this.#seat.room.receive(this.#seat.member, readInboundMessage(message))
  }

  #drained(): void {
    if (this.#seat === undefined || !this.#isOpen) return
    const { room, member } = this.#seat
    if (this.#options.mutant === 'slowPeerIsForgotten') member.missedSince = undefined
    else room.drained(member)
  }

  #leave(): void {
    this.#isOpen = false
    if (this.#seat !== undefined) this.#seat.room.leave(this.#seat.member)
  }

  #send(message: Uint8Array): void {
    const { oracle } = this.#options
    const read = readServerMessage(message)
    if (read.type === 'update' || read.type === 'step2') oracle.shown(read.body)
    const altered = this.#alter(message, read.type)
    if (altered !== undefined) this.#link.send('client', altered.slice())
  }

  /** Where bugs are planted that live between server and client. */
  #alter(message: Uint8Array, type: string): Uint8Array | undefined {
    const { mutant, random } = this.#options
    if (mutant === 'step1IsIgnored' && type === 'step1') return undefined
    if (mutant === 'relaySkipsOne' && type === 'update' && random.chance(0.2)) return undefined
    return type === 'receipt' ? this.#alterReceipt(message) : message
  }

  #alterReceipt(message: Uint8Array): Uint8Array {
    const { mutant, receiptOffset, noteReceipt } = this.#options
    const read = readPrivateMessage(message)
    if (read?.type !== 'receipt') return message
    const { settledCount } = read.receipt
    noteReceipt(settledCount)
    if (mutant === 'receiptCountsOneMore') return encodeReceipt({ settledCount: settledCount + 1 })
    if (mutant === 'receiptsOutliveConnections') return encodeReceipt({ settledCount: settledCount + receiptOffset() })
    return message
  }
}
