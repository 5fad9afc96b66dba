import type { SeededRandom } from '@rejoin/core/testing'
import type { WorkerHome } from './page-host.ts'
import { SimWorkerEvent, type EventKind } from './sim-worker-event.ts'

/** The longest that a browser waits before it calls a worker again that was refused or died. */
export const workerRetryMsMax = 300_000

/** The browser's side of Background Sync: it calls the service worker of one profile, one event at a time, and again while there is a reason. */
export class SimBackgroundSync {
  readonly #home: WorkerHome
  readonly #random: SeededRandom
  readonly #versionNow: () => 1 | 2
  #event: SimWorkerEvent | undefined
  #eventCount = 0
  #isTagged = false

  constructor(home: WorkerHome, random: SeededRandom, versionNow: () => 1 | 2) {
    this.#home = home
    this.#random = random
    this.#versionNow = versionNow
  }

  /** Somebody asked for an event that has not come yet, or that is under way; one of an older build leaves newer entries to the next opening. */
  get isTagged(): boolean {
    return this.#isTagged || this.#event?.version === this.#home.options.server.version
  }

  register(): void {
    this.#isTagged = true
    this.#callIn(this.#random.next() * 2_000)
  }

  /** The browser calls when it has a network. */
  networkChanged(): void {
    this.#callIn(this.#random.next() * 2_000)
  }

  /** Now and then browsers call an installed app that did not ask. */
  callUnasked(): void {
    if (this.#event === undefined) this.#start('periodic')
  }

  /** It may not live much longer. */
  endangerEvent(): void {
    const { config, world } = this.#home.options
    const event = this.#event
    if (event !== undefined && this.#random.chance(config.workerDeathRate))
      world.after(this.#random.next() ** 2 * 2_000, () => this.#kill(event))
  }

  stallEvent(durationMs: number): void {
    this.#event?.stall(durationMs)
  }

  /** Too long, too much memory, too little battery: browsers need no reason. */
  #kill(event: SimWorkerEvent): void {
    if (event !== this.#event) return
    const { ledger } = this.#home.options
    ledger.note(event.isDraining ? 'worker killed while it drained' : 'worker killed')
    this.#event = undefined
    event.die()
    this.#again()
  }

  end(): void {
    this.#event?.die()
  }

  robbed(owner: object): boolean {
    if (owner !== this.#event) return false
    this.#event.robbed()
    return true
  }

  #callIn(delayMs: number): void {
    this.#home.options.world.after(delayMs, () => {
      if (this.#isTagged && this.#event === undefined && this.#home.isOnline) this.#start('sync')
    })
  }

  #start(kind: EventKind): void {
    if (kind === 'sync') this.#isTagged = false
    const version = this.#versionNow()
    const event = new SimWorkerEvent(this.#home, { name: `${this.#home.name}.worker${this.#eventCount++}`, version })
    this.#event = event
    const { ledger } = this.#home.options
    ledger.note(`worker event ${kind}`)
    ledger.trace(() => `${event.name} ${kind}`)
    if (this.#random.chance(0.2)) this.endangerEvent()
    void event.run(kind).then((outcome) => {
      if (this.#event !== event) return
      ledger.note(`worker event ended: ${outcome}`)
      this.#event = undefined
      event.die()
      if (kind === 'sync' && outcome !== 'done') this.#again()
      else if (this.#isTagged) this.#callIn(this.#random.next() * 2_000)
    })
  }

  #again(): void {
    this.#isTagged = true
    this.#callIn(30_000 + this.#random.next() * (workerRetryMsMax - 30_000))
  }
}
