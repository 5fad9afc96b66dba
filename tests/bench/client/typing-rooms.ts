import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { LatencyHistogram } from '../latency-histogram.ts'
import type { RunningServer, Subject } from '../subject.ts'
import { BenchClient } from './bench-client.ts'
import { openAll } from './open-all.ts'
import { readInsertions } from './read-insertions.ts'
import { encodeTypedCharacter } from './typed-update.ts'

export interface TypingRoomsOptions {
  readonly server: RunningServer
  readonly subject: Subject
  readonly rooms: number
  readonly clientsPerRoom: number
  /** Rooms of different measurements on one server need different names. */
  readonly namePrefix?: string
}

/** Send times are kept for so many updates per client: more than can be under way. */
const sentAtSlots = 1 << 13
/** Yjs client ids are random 32-bit numbers; these take as many bytes. */
const firstClientId = 0x9000_0000
const drainMsMax = 60_000

interface Typist {
  readonly client: BenchClient
  sent: number
  echoed: number
  /** So many of its updates have reached some other client. */
  relayed: number
}

/** Rooms in which every client types, and what arrives at the others is counted. */
export class TypingRooms {
  readonly #options: TypingRoomsOptions
  readonly #typists: Typist[] = []
  readonly #sentAt: Float64Array
  readonly #latency = new LatencyHistogram()
  #delivered = 0
  #isMeasuringLatency = false
  #windowSize = 0
  #timer: NodeJS.Timeout | undefined

  private constructor(options: TypingRoomsOptions) {
    this.#options = options
    this.#sentAt = new Float64Array(options.rooms * options.clientsPerRoom * sentAtSlots)
  }

  static async open(options: TypingRoomsOptions): Promise<TypingRooms> {
    const typing = new TypingRooms(options)
    const { rooms, clientsPerRoom } = options
    for (let index = 0; index < rooms * clientsPerRoom; index += 1) typing.#addTypist(index)
    await openAll(typing.#typists.map(({ client }) => client))
    return typing
  }

  /** Updates that have reached another client than their sender, once for each such client. */
  get delivered(): number {
    return this.#delivered
  }

  get latency(): LatencyHistogram {
    return this.#latency
  }

  documentOf(room: number): string {
    return `${this.#options.namePrefix ?? 'typing'}-${room}`
  }

  /** By room: how many updates each of its Yjs clients has sent, and how many of those some other client has received. */
  progressOf(room: number): readonly { readonly client: number; readonly sent: number; readonly relayed: number }[] {
    const first = room * this.#options.clientsPerRoom
    return this.#typists
      .slice(first, first + this.#options.clientsPerRoom)
      .map(({ sent, relayed }, offset) => ({ client: firstClientId + first + offset, sent, relayed }))
  }

  /** From now on every client keeps `windowSize` updates of its own under way. */
  saturate(windowSize: number): void {
    this.#windowSize = windowSize
    for (const index of this.#typists.keys()) this.#refill(index)
  }

  /** From now on `updatesPerSecond` in all, spread over rooms and clients. */
  typeAt(updatesPerSecond: number): void {
    const startedAt = performance.now()
    const order = this.#roomsInTurn()
    let sent = 0
    const tick = (): void => {
      const due = Math.floor(((performance.now() - startedAt) * updatesPerSecond) / 1_000)
      for (; sent < due; sent += 1) this.#type(order[sent % order.length] ?? 0)
    }
    this.#timer = setInterval(tick, 1)
  }

  /** Latencies are taken (and forgotten first) until `pause`: from writing an update to its socket to reading it at each other client. */
  measureLatency(): void {
    this.#latency.reset()
    this.#isMeasuringLatency = true
  }

  pause(): void {
    this.#windowSize = 0
    this.#isMeasuringLatency = false
    clearInterval(this.#timer)
  }

  /** Waits until all that was sent has come back and reached everybody else. Throws where it does not: then something was lost. */
  async drain(): Promise<void> {
    const deadline = performance.now() + drainMsMax
    const expected = this.#typists.reduce((sum, { sent }) => sum + sent, 0) * (this.#options.clientsPerRoom - 1)
    while (this.#delivered < expected || this.#typists.some(({ sent, echoed }) => echoed < sent)) {
      const closed = this.#typists.filter(({ client }) => client.isClosed).length
      if (closed > 0) throw new Error(`${closed} clients were disconnected`)
      if (performance.now() > deadline) throw new Error(`${this.#delivered} of ${expected} deliveries after ${drainMsMax} ms`)
      await delay(20)
    }
  }

  close(): void {
    this.pause()
    for (const { client } of this.#typists) client.close()
  }

  #addTypist(index: number): void {
    const { server, subject, clientsPerRoom } = this.#options
    let receivedAt = 0
    const onInsertion = (clientId: number, clock: number, length: number): void => {
      const sender = clientId - firstClientId
      if (sender === index) this.#onEcho(index, clock + length)
      else this.#onDelivered(sender, clock, { length, receivedAt })
    }
    const client = new BenchClient({
      server,
      subject,
      document: this.documentOf(Math.floor(index / clientsPerRoom)),
      onContent: (bytes, start) => {
        if (this.#isMeasuringLatency) receivedAt = performance.now()
        readInsertions(bytes, start, onInsertion)
      },
    })
    this.#typists.push({ client, sent: 0, echoed: 0, relayed: 0 })
  }

  #onEcho(index: number, echoed: number): void {
    const typist = this.#typists[index]
    if (typist === undefined) return
    typist.echoed = echoed
    this.#refill(index)
  }

  #onDelivered(
    sender: number,
    clock: number,
    { length, receivedAt }: { readonly length: number; readonly receivedAt: number },
  ): void {
    this.#delivered += length
    const typist = this.#typists[sender]
    if (typist !== undefined && clock + length > typist.relayed) typist.relayed = clock + length
    if (!this.#isMeasuringLatency) return
    for (let at = clock; at < clock + length; at += 1) {
      this.#latency.record(receivedAt - (this.#sentAt[sender * sentAtSlots + (at & (sentAtSlots - 1))] ?? 0))
    }
  }

  #refill(index: number): void {
    const typist = this.#typists[index]
    if (typist === undefined) return
    while (typist.sent < typist.echoed + this.#windowSize) this.#type(index)
  }

  #type(index: number): void {
    const typist = this.#typists[index]
    if (typist === undefined || typist.client.isClosed) return
    const clock = typist.sent
    typist.sent += 1
    this.#sentAt[index * sentAtSlots + (clock & (sentAtSlots - 1))] = performance.now()
    typist.client.sendUpdate(encodeTypedCharacter(firstClientId + index, clock))
  }

  /** All typists, neighbours in the list being in different rooms: so a tick of the rate does not fall into one room. */
  #roomsInTurn(): readonly number[] {
    const { rooms, clientsPerRoom } = this.#options
    const order: number[] = []
    for (let seat = 0; seat < clientsPerRoom; seat += 1) {
      for (let room = 0; room < rooms; room += 1) order.push(room * clientsPerRoom + seat)
    }
    return order
  }
}
