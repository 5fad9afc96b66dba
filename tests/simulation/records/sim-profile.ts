import type { BroadcastChannelLike } from '@rejoin/client/simulation'
import type { SeededRandom } from '@rejoin/core/testing'
import { SimLocks } from '../world/sim-locks.ts'
import { DeviceBook } from './device-book.ts'
import type { PageHost, PageOnChannel, ProfileOptions, WorkerHome } from './page-host.ts'
import { SimBackgroundSync } from './sim-background-sync.ts'
import { SimDeviceDisk } from './sim-device-disk.ts'
import { SimPage } from './sim-page.ts'
import { SimPower } from './sim-power.ts'
import { nobody, type SimUser } from './sim-user.ts'

/** Each brings a page with it, and every page calls the worker. */
const intrusionsMax = 6

/** A browser profile: one clock, one network, a database for each person who uses it, several pages. */
export class SimProfile implements PageHost, WorkerHome {
  readonly name: string
  readonly options: ProfileOptions
  readonly locks = new SimLocks((from) => this.#noteTheft(from))
  readonly canWorkerSignIn: boolean
  readonly pages: SimPage[] = []
  readonly diskByUser = new Map<SimUser, SimDeviceDisk>()
  signedIn: SimUser = nobody
  isOnline = true
  isCaptive = false
  clockJumpCount = 0
  readonly power = new SimPower()
  disturbedAt = -Infinity
  /** When last a page stood on a database that is gone, by the world's time. */
  wipedSeenAt = -Infinity
  readonly #random: SeededRandom
  readonly #expiredTokens = new Set<SimUser>()
  readonly #listenersByChannel = new Map<string, Map<PageOnChannel, (data: unknown) => void>>()
  readonly #startedAt: number
  readonly #background: SimBackgroundSync | undefined
  readonly #workerRandom: SeededRandom
  readonly waitingClock = { now: () => (this.#latestNow = Math.max(this.#latestNow, this.now())) }
  #latestNow = -Infinity
  #skewMs: number
  #pageCount = 0
  #mutedUntil = -Infinity
  #intrusionCount = 0

  constructor(name: string, options: ProfileOptions) {
    this.name = name
    this.options = options
    this.#random = options.world.random(`profile ${name}`)
    this.#skewMs = (this.#random.next() - 0.5) * 2 * options.config.clockSkewMsMax
    this.#startedAt = options.world.now()
    if (options.config.retryJumpRate > 0) this.#jumpAcrossRetries()
    const random = options.world.random(`worker of ${name}`)
    this.#workerRandom = random.fork('others')
    this.canWorkerSignIn = random.chance(0.8)
    const versionNow = (): 1 | 2 => (random.chance(options.config.oldWorkerRate) ? 1 : options.server.version)
    this.#background = options.config.hasWorker ? new SimBackgroundSync(this, random, versionNow) : undefined
  }

  get background(): SimBackgroundSync | undefined {
    return this.#background
  }

  registerSync(): void {
    this.#background?.register()
  }

  leave(worker: PageOnChannel): void {
    for (const listeners of this.#listenersByChannel.values()) listeners.delete(worker)
    this.locks.release(worker)
  }

  workerDrains(): void {
    this.#background?.endangerEvent()
  }

  /** Sometimes somebody opens the app meanwhile, the answer of the server is slow, and the page does not hear of the worker. */
  workerSends(): void {
    const { world, config, openApp } = this.options
    const isFull = this.#intrusionCount >= intrusionsMax || this.pages.length >= 3
    if (isFull || !this.#workerRandom.chance(config.intrusionRate)) return
    this.#intrusionCount++
    this.#background?.stallEvent(12_000 + this.#workerRandom.next() * 16_000)
    this.muteTabs(60_000)
    world.after(this.#workerRandom.next() * 1_000, () => openApp(this))
  }

  /** What tabs say to each other is lost for a while; who has the lock goes on, unheard. */
  muteTabs(durationMs: number): void {
    this.#mutedUntil = this.options.world.now() + durationMs
  }

  #noteTheft(from: object): void {
    const { ledger } = this.options
    const page = this.pages.find((one) => one === from)
    if (this.#background?.robbed(from) === true) ledger.note('lock stolen from the worker')
    else ledger.note(page?.isFrozen === true ? 'lock stolen from a frozen page' : 'lock stolen from a living page')
  }

  /** By this device's clock, which is wrong, runs wrong, and jumps. */
  now(): number {
    const { world, config } = this.options
    const elapsed = world.now() - this.#startedAt
    return Math.round(world.now() + this.#skewMs + (elapsed * config.clockDriftPpm) / 1e6)
  }

  #jumpAcrossRetries(): void {
    const { world, config } = this.options
    world.after(1_000, () => {
      if (config.retryJumpRate === 0) return
      // Once: clocks that go to and fro come right by themselves.
      if (this.#hasRetry() && this.#random.chance(config.retryJumpRate)) return this.jumpClock()
      this.#jumpAcrossRetries()
    })
  }

  /** Something waits for its next attempt. */
  #hasRetry(): boolean {
    return [...this.diskByUser.values()].some(({ book }) =>
      [...book.snapshot.entries.values()].some(({ nextRetryAt }) => nextRetryAt !== undefined),
    )
  }

  /** Somebody, or a time server, sets the clock. */
  jumpClock(): void {
    const { config } = this.options
    this.clockJumpCount++
    if (this.#hasRetry()) this.options.ledger.note('clock jumped while a retry waited')
    this.#skewMs += (this.#random.next() - 0.5) * 2 * Math.max(config.clockSkewMsMax, 3_600_000)
  }

  diskOf(user: SimUser): SimDeviceDisk {
    const known = this.diskByUser.get(user)
    if (known !== undefined) return known
    const disk = new SimDeviceDisk(this.bookOf(user))
    this.diskByUser.set(user, disk)
    return disk
  }

  bookOf({ tenant, name: user }: SimUser): DeviceBook {
    return new DeviceBook({ name: `${this.name} of ${tenant}/${user}`, tenant, user }, this.options.ledger)
  }

  /** What was made before the first sign-in becomes that person's; every page of theirs sees to it until it is done. */
  adopt(page: SimPage): Promise<void> {
    const local = this.diskByUser.get(nobody)
    if (local === undefined || page.user === nobody) return Promise.resolve()
    local.adopter ??= page.user
    if (local.adopter !== page.user) return Promise.resolve()
    local.book.adopter ??= page.disk.book
    return page.adopt(local)
  }

  openPage(user: SimUser, version: 1 | 2): SimPage {
    const page = new SimPage(this, { name: `${this.name}.${this.#pageCount++}`, user, version })
    this.pages.push(page)
    this.signedIn = user
    return page
  }

  closePage(page: SimPage): void {
    this.pages.splice(this.pages.indexOf(page), 1)
    page.die()
    this.leave(page)
  }

  /** Some page still stands on a database that is gone; what it says, it says to others. */
  get isWiped(): boolean {
    return this.pages.some(({ isOnWipedDisk }) => isOnWipedDisk)
  }

  /** What is said of held back changes may be old for a moment. */
  disturb(): void {
    this.disturbedAt = this.options.world.now()
  }

  isTokenExpired(user: SimUser): boolean {
    return this.#expiredTokens.has(user)
  }

  setTokenExpired(user: SimUser, isExpired: boolean): void {
    if (isExpired) this.#expiredTokens.add(user)
    else this.#expiredTokens.delete(user)
  }

  setOnline(isOnline: boolean): void {
    if (this.isOnline === isOnline) return
    this.isOnline = isOnline
    for (const page of this.pages) page.networkChanged()
    if (isOnline) this.#background?.networkChanged()
  }

  setCaptive(isCaptive: boolean): void {
    this.isCaptive = isCaptive
    if (isCaptive) for (const page of this.pages) page.transport.cut(this.#random.chance(0.5))
  }

  /** A BroadcastChannel among the pages on one database: in order, and not to oneself. */
  joinChannel(name: string, page: PageOnChannel): BroadcastChannelLike {
    const { world } = this.options
    const listeners = this.#listenersByChannel.get(name) ?? new Map<PageOnChannel, (data: unknown) => void>()
    this.#listenersByChannel.set(name, listeners)
    let dueMs = 0
    return {
      addEventListener: (_type, listener) => listeners.set(page, (data) => listener({ data })),
      postMessage: (message) => {
        if (!page.isAlive || world.now() < this.#mutedUntil) return
        const copy: unknown = structuredClone(message)
        dueMs = Math.max(dueMs + 0.01, world.now() + this.#random.next() * 5)
        world.after(dueMs - world.now(), () => {
          for (const [other, listen] of listeners) if (other !== page) other.inPage(() => listen(copy))
        })
      },
      close: () => listeners.delete(page),
    }
  }
}
