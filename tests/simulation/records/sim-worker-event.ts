import {
  drainScope,
  hintedConnectivity,
  noNetworkHints,
  outboxContextOf,
  SyncWorker,
  WorkRemainsError,
  type DrainTask,
  type RequestReplayer,
  type Scope,
  type SyncWorkerHost,
  type SyncWorkerMessage,
} from '@rejoin/client/simulation'
import type { SeededRandom } from '@rejoin/core/testing'
import type { PageOnChannel, WorkerHome } from './page-host.ts'
import type { SimDeviceDisk } from './sim-device-disk.ts'
import { SimRecordDatabase } from './sim-record-database.ts'
import { SimReplayer } from './sim-replayer.ts'
import { SimTransport } from './sim-transport.ts'
import { nobody, type SimUser } from './sim-user.ts'
import { createSimulatedSchema } from './simulated-schema.ts'
import { Violation } from './violation.ts'

export type EventKind = 'sync' | 'periodic'
/** `remains`: the browser is to call again. */
export type EventOutcome = 'done' | 'remains' | 'failed'

const app = 'sim'
/** The product's own bound, written down once more. */
const entriesMax = 10

/** One event of a browser profile's service worker: the real worker over simulated databases, network, clock and locks. It may be killed at any step. */
export class SimWorkerEvent implements PageOnChannel {
  readonly name: string
  readonly #home: WorkerHome
  readonly version: 1 | 2
  readonly #random: SeededRandom
  readonly #transports: SimTransport[] = []
  readonly #diskByName = new Map<string, { readonly user: SimUser; readonly disk: SimDeviceDisk }>()
  #asked: SimUser | undefined
  #settled = 0
  #isAlive = true
  /** Of the database that is drained now. */
  #lockName: string | undefined
  #wasRobbed = false
  #stallMs = 0

  constructor(home: WorkerHome, { name, version }: { readonly name: string; readonly version: 1 | 2 }) {
    this.#home = home
    this.name = name
    this.version = version
    this.#random = home.options.world.random(`worker ${name}`)
    for (const [user, disk] of home.diskByUser) this.#diskByName.set(disk.book.owner.name, { user, disk })
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  /** Whether it holds the lock of some database. */
  get isDraining(): boolean {
    return this.#lockName !== undefined
  }

  /** Never settles where the worker was killed. */
  async run(kind: EventKind): Promise<EventOutcome> {
    const { mutant } = this.#home.options
    if (mutant === 'workerDropsWhatWasSent') await this.#dropWhatWasSent()
    const mustPull = kind === 'periodic'
    try {
      if (mutant === 'workerHasNoLimit') return await this.#drainWithoutLimit()
      await new SyncWorker(this.#scope(), this.#host()).deliver({ mustPull })
      return 'done'
    } catch (error) {
      if (!(error instanceof WorkRemainsError)) return 'failed'
      return mutant === 'workerSaysDoneTooEarly' ? 'done' : 'remains'
    }
  }

  inPage(run: () => void): void {
    if (this.#isAlive) run()
  }

  /** The browser ends it, whatever it is doing. */
  die(): void {
    this.#isAlive = false
    for (const transport of this.#transports) transport.cut(true)
    this.#home.leave(this)
  }

  /** The server, or the way to it, takes so much longer. */
  stall(durationMs: number): void {
    this.#stallMs = durationMs
  }

  robbed(): void {
    this.#wasRobbed = true
  }

  #scope(): ConstructorParameters<typeof SyncWorker>[0] {
    const { mutant } = this.#home.options
    return {
      registration: {
        sync: { register: async () => (mutant === 'workerSaysDoneTooEarly' ? undefined : this.#home.registerSync()) },
      },
      clients: { claim: async () => undefined, matchAll: async () => [{ postMessage: (message) => this.#tell(message) }] },
      addEventListener: () => undefined,
    }
  }

  #host(): SyncWorkerHost {
    const home = this.#home
    const { world, mutant } = home.options
    const schema = createSimulatedSchema(this.version)
    const ids = this.#random.fork('ids')
    const clock = { now: () => home.now() }
    const scheduler = { after: (delayMs: number, run: () => void) => world.after(delayMs, () => this.inPage(run)) }
    return {
      app,
      serverOrigin: app,
      openRegistry: () => this.#registry(),
      schema,
      contextOf: () =>
        outboxContextOf({ schema, clock, random: ids, retries: { type: 'schedule', delaysMs: [0, 1_000, 5_000] } }),
      connectivity: hintedConnectivity(() => home.isOnline, noNetworkHints),
      origin: 'https://app.example',
      auth: { getToken: (owner) => this.#getToken(owner), currentOwner: () => this.#currentOwner() },
      isEnabledAtFirst: false,
      openDatabase: (databaseName) => this.#openDatabase(databaseName),
      openChannel: (name) => home.joinChannel(name.slice(0, -'/drain'.length), this),
      createReplayer: () => this.#createReplayer(),
      createTransport: () => this.#createTransport(),
      locks: {
        tryRequest: async (name, work) => {
          const holds = async (): Promise<void> => {
            this.#lockName = name
            this.#wasRobbed = false
            home.options.ledger.note('worker drains')
            home.workerDrains()
            await work()
            this.#lockName = undefined
          }
          const isFree = await home.locks.of(this, (run) => this.inPage(run)).tryRequest(name, holds)
          if (!isFree) home.options.ledger.note('worker found the lock taken')
          if (isFree || mutant !== 'workerTakesTheLock') return isFree
          await holds()
          return true
        },
      },
      clock,
      scheduler,
      random: this.#random.fork('jitter'),
    }
  }

  /** Some apps can only sign in where there is a page. */
  async #getToken({ tenant, user }: { readonly tenant: string; readonly user: string }): Promise<string | undefined> {
    await this.#wait()
    const { users } = this.#home.options
    this.#asked = users.find((one) => one.tenant === tenant && one.name === user)
    return this.#home.canWorkerSignIn ? `${tenant}/${user}` : undefined
  }

  /** By the cookies. */
  async #currentOwner(): Promise<Scope['owner']> {
    await this.#wait()
    const { signedIn, options } = this.#home
    const user = options.mutant === 'workerSendsWithAnyCookies' ? (this.#asked ?? nobody) : signedIn
    return user === nobody ? undefined : { tenant: user.tenant, user: user.name }
  }

  #openDatabase(databaseName: string): SimRecordDatabase['database'] {
    const { world, config, ledger, mutant } = this.#home.options
    const found = this.#diskByName.get(databaseName)
    if (found === undefined) throw new Error(`there is no ${databaseName}`)
    return new SimRecordDatabase({
      world,
      config,
      ledger,
      mutant,
      random: this.#random.fork(`database ${databaseName}`),
      disk: found.disk,
      isAlive: () => this.#isAlive,
      whenAwake: () => (this.#isAlive ? Promise.resolve() : new Promise(() => undefined)),
      name: this.name,
      worker: { onRemoved: (count) => this.#count(count) },
    }).database
  }

  /** An event is short: it settles so many and no more. */
  #count(removed: number): void {
    const { ledger } = this.#home.options
    this.#settled += removed
    if (removed > 0) ledger.note('worker delivered')
    if (this.#settled === entriesMax) ledger.note('worker used up its event')
    if (this.#settled > entriesMax) throw new Violation('P4', `${this.name} settled ${this.#settled} entries in one event`)
  }

  #createTransport(): SimTransport {
    const home = this.#home
    const { users, mutant } = home.options
    const owner = this.#asked ?? nobody
    const user = mutant === 'workerSendsAsAnother' ? (users.find((one) => one !== owner) ?? owner) : owner
    const transport = new SimTransport({
      ...home.options,
      name: this.name,
      random: this.#random.fork(`network ${this.#transports.length}`),
      host: {
        get isOnline() {
          return home.isOnline
        },
        get isCaptive() {
          return home.isCaptive
        },
        get isTokenExpired() {
          return home.isTokenExpired(user)
        },
        user,
        otherUser: users.find((other) => other !== user),
        renewToken: () => home.setTokenExpired(user, false),
      },
      inPage: (run) => this.inPage(run),
      isAlive: () => this.#isAlive,
      onPush: () => {
        home.workerSends()
        this.#checkLock()
      },
      stallMs: () => this.#stallMs,
    })
    this.#transports.push(transport)
    return transport
  }

  #createReplayer(): RequestReplayer {
    const user = this.#asked ?? nobody
    const disk = this.#home.diskByUser.get(user)
    if (disk === undefined) throw new Error(`${user.name} has no database`)
    const replayer = new SimReplayer({
      ...this.#home.options,
      random: this.#random.fork(`app network ${this.#transports.length}`),
      user,
      disk,
      network: this.#home,
      inPage: (run) => this.inPage(run),
    })
    return {
      replay: (request, options) => {
        const { signedIn, options: home } = this.#home
        home.ledger.guard(() => {
          if (request.credentials !== 'omit' && signedIn !== user)
            throw new Violation('P7', `${this.name} sends a request of ${user.name} with the cookies of ${signedIn.name}`)
        })
        return replayer.replay(request, options)
      },
    }
  }

  /** Who has the lock may be asleep; it is for the pages to take it away, never for the worker. */
  #checkLock(): void {
    if (this.#lockName === undefined || this.#wasRobbed) return
    if (this.#home.locks.holderOf(this.#lockName) !== this)
      throw new Violation('P2', `${this.name} drains while a page holds the lock`)
  }

  #registry(): ReturnType<SyncWorkerHost['openRegistry']> {
    const scopes = [...this.#home.diskByUser].map(([user, { book, adopter }]): Scope => {
      const adopterDisk = adopter === undefined ? undefined : this.#home.diskByUser.get(adopter)
      return {
        databaseName: book.owner.name,
        app,
        serverOrigin: app,
        ...(user !== nobody && { owner: { tenant: user.tenant, user: user.name } }),
        ...(user === nobody && adopterDisk !== undefined && { movesInto: adopterDisk.book.owner.name }),
      }
    })
    const unused = (): never => {
      throw new Error('a worker only looks')
    }
    return {
      list: async () => {
        await this.#wait()
        return scopes
      },
      find: async (name) => {
        await this.#wait()
        return scopes.find(({ databaseName }) => databaseName === name)
      },
      open: unused,
      adopt: unused,
      close: () => undefined,
    }
  }

  #tell(message: unknown): void {
    const { type, ...counts } = message as SyncWorkerMessage
    const { ledger } = this.#home.options
    ledger.note(`worker told ${type}`)
    ledger.trace(() => `${this.name} tells ${JSON.stringify(message)}`)
    if ('current' in counts && counts.current > counts.total)
      throw new Violation('P4', `${this.name} tells of ${counts.current} of ${counts.total}`)
  }

  #wait(): Promise<void> {
    const { world, config } = this.#home.options
    const { promise, resolve } = Promise.withResolvers<void>()
    world.after(this.#random.next() * config.deviceCommitMsMax, () => this.inPage(resolve))
    return promise
  }

  /** A planted bug: what went out is taken for done. */
  async #dropWhatWasSent(): Promise<void> {
    for (const databaseName of this.#diskByName.keys())
      await this.#openDatabase(databaseName).transaction('write', async ({ outbox }) => {
        const rows = (await outbox.range({})) as { readonly entryId: number; readonly state: string }[]
        await outbox.bulkDelete(rows.filter(({ state }) => state === 'sent').map(({ entryId }) => entryId))
      })
  }

  /** A planted bug: an event takes as long as there is something to do. */
  async #drainWithoutLimit(): Promise<EventOutcome> {
    const host = this.#host()
    const registry = host.openRegistry()
    const task: DrainTask = {
      registry,
      isShared: this.#diskByName.size > 1,
      left: Infinity,
      endsAt: host.clock.now() + 150_000,
      mustPull: false,
      tell: async (message) => this.#tell(message),
    }
    const outcomes: string[] = []
    for (const scope of await registry.list()) outcomes.push(await drainScope(host, scope, task))
    return outcomes.includes('remains') ? 'remains' : 'done'
  }
}
