import type { SeededRandom } from '@rejoin/core/testing'
import type { Config } from './config.ts'
import type { World } from '../world/world.ts'

export interface LinkEnd {
  receive(message: Uint8Array): void
  /** `code` as a WebSocket reports it; 1006 where nothing was said. */
  closed(code: number): void
  /** What was held back has left. */
  drained(): void
}

/** A provider hangs up after so long without a message; its own watch runs on real time, so the simulated socket stands in for it. */
const watchdogMs = 30_000
/** Makes a few held bytes weigh as much as the megabyte after which a server stops sending. */
const cloggedByteWeight = 100_000

/** One WebSocket: in order both ways, until it breaks. */
export class SimLink {
  readonly #world: World
  readonly #config: Config
  readonly #random: SeededRandom
  readonly #dueMs = { client: 0, server: 0 }
  readonly #ends: { client: LinkEnd | undefined; server: LinkEnd | undefined } = { client: undefined, server: undefined }
  #held: Uint8Array[] = []
  #isClogged = false
  #isCut = false

  constructor(world: World, config: Config, random: SeededRandom) {
    this.#world = world
    this.#config = config
    this.#random = random
  }

  get isCut(): boolean {
    return this.#isCut
  }

  attach(side: 'client' | 'server', end: LinkEnd): void {
    this.#ends[side] = end
  }

  /** Bytes on their way to the client that a server would see in its send buffer. */
  get bufferedBytes(): number {
    return this.#held.reduce((sum, message) => sum + message.length, 0) * cloggedByteWeight
  }

  send(to: 'client' | 'server', message: Uint8Array): void {
    if (this.#isCut) return
    if (to === 'client' && this.#isClogged) this.#held.push(message)
    else this.#later(to, (end) => end.receive(message))
  }

  clog(): void {
    this.#isClogged = true
  }

  unclog(): void {
    if (!this.#isClogged) return
    this.#isClogged = false
    const held = this.#held
    this.#held = []
    for (const message of held) this.send('client', message)
    this.#later('server', (end) => end.drained())
  }

  /** One side closes properly: what it sent before still arrives. */
  close(from: 'client' | 'server', code: number): void {
    if (this.#isCut) return
    const other = from === 'client' ? 'server' : 'client'
    this.unclog()
    this.#later(other, (end) => {
      this.#isCut = true
      end.closed(code)
    })
    this.#ends[from] = undefined
  }

  /** The network breaks: what is on its way is lost. A half-open client notices only by its watchdog. */
  cut(options: { readonly isHalfOpen: boolean }): void {
    if (this.#isCut) return
    this.#isCut = true
    const { client, server } = this.#ends
    this.#world.after(this.#latencyMs(), () => server?.closed(1006))
    this.#world.after(options.isHalfOpen ? watchdogMs + this.#latencyMs() : this.#latencyMs(), () => client?.closed(1006))
  }

  #later(to: 'client' | 'server', deliver: (end: LinkEnd) => void): void {
    this.#dueMs[to] = Math.max(this.#dueMs[to], this.#world.now() + this.#latencyMs())
    // A hair later each, so that equal times keep their order.
    this.#dueMs[to] += 0.01
    this.#world.after(this.#dueMs[to] - this.#world.now(), () => {
      const end = this.#ends[to]
      if (end !== undefined && !this.#isCut) deliver(end)
    })
  }

  #latencyMs(): number {
    return this.#random.next() * this.#config.latencyMsMax
  }
}
