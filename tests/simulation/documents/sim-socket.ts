import type { WebSocketLike } from '@rejoin/client/simulation'
import type { SeededRandom } from '@rejoin/core/testing'
import type { Config } from './config.ts'
import { SimLink } from './sim-link.ts'
import type { World } from '../world/world.ts'

export interface SimSocketOptions {
  readonly world: World
  readonly config: Config
  readonly random: SeededRandom
  /** The connection cannot be made. */
  readonly fails: boolean
  readonly isAlive: () => boolean
  readonly accept: (link: SimLink) => void
  readonly onClosed: () => void
}

const connecting = 0
const open = 1
const closed = 3

/** A browser's WebSocket over a simulated link. */
export class SimSocket implements WebSocketLike {
  binaryType = 'blob'
  readonly bufferedAmount = 0
  readonly link: SimLink
  readonly #options: SimSocketOptions
  readonly #listeners: {
    readonly type: string
    readonly listener: (event: { readonly data: unknown; readonly code: number }) => void
  }[] = []
  #readyState: number = connecting

  constructor(options: SimSocketOptions) {
    this.#options = options
    this.link = new SimLink(options.world, options.config, options.random)
    this.link.attach('client', {
      receive: (message) => {
        if (this.#isListening(open)) this.#emit('message', message)
      },
      closed: (code) => this.#end(code),
      drained: () => undefined,
    })
    options.world.after(options.random.next() * options.config.latencyMsMax, () => this.#connected())
  }

  get readyState(): number {
    return this.#readyState
  }

  addEventListener(type: string, listener: (event: { readonly data: unknown; readonly code: number }) => void): void {
    this.#listeners.push({ type, listener })
  }

  send(data: Uint8Array): void {
    if (this.#readyState === open) this.link.send('server', data.slice())
  }

  close(): void {
    if (this.#readyState === closed) return
    this.#readyState = closed
    this.link.close('client', 1000)
    this.#options.onClosed()
  }

  #connected(): void {
    if (!this.#isListening(connecting)) return
    if (this.#options.fails || this.link.isCut) return this.#end(1006)
    this.#readyState = open
    this.#options.accept(this.link)
    this.#emit('open')
  }

  #emit(type: string, data?: Uint8Array, code = 0): void {
    for (const entry of this.#listeners) if (entry.type === type) entry.listener({ data, code })
  }

  #isListening(state: number): boolean {
    return this.#readyState === state && this.#options.isAlive()
  }

  #end(code: number): void {
    if (this.#readyState === closed) return
    this.#readyState = closed
    this.#options.onClosed()
    if (this.#options.isAlive()) this.#emit('close', undefined, code)
  }
}
