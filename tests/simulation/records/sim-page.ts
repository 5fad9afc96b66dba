import {
  alwaysGood,
  backgroundConditions,
  createLocalRecords,
  goodConditions,
  moveOutbox,
  noteSchemaVersion,
  outboxContextOf,
  RecordSync,
  requestDeliveries,
  SettingsKeeper,
  type Attention,
  type BatchKeeper,
  type ConditionsSource,
  type LocalRecords,
  type LocalRecordsOptions,
  type OnlineSignal,
  type OnlineSignals,
  type QuietMoments,
  type RecordCollection,
  type RequestKeeper,
  type SyncState,
} from '@rejoin/client/simulation'
import type { Entity, Schema } from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import { bentStore } from './bent-store.ts'
import { HoldCheck } from './hold-check.ts'
import type { PageHost, PageOnChannel } from './page-host.ts'
import { RoomCheck } from './room-check.ts'
import type { SimDeviceDisk } from './sim-device-disk.ts'
import { SimRecordDatabase } from './sim-record-database.ts'
import { SimReplayer } from './sim-replayer.ts'
import { SimTransport } from './sim-transport.ts'
import { nobody, type SimUser } from './sim-user.ts'
import { createSimulatedSchema, type EntityName } from './simulated-schema.ts'

/** The waits of a page that have nothing to do with the server. */
const waitsForOthersMs = new Set([2_000, 2_500, 8_000, 10_000])

/** One page of one person: the real engine, outbox and records over a simulated database, network, clock and set of tabs. It may die or freeze at any step. */
export class SimPage implements PageOnChannel {
  readonly name: string
  readonly profile: PageHost
  readonly user: SimUser
  readonly disk: SimDeviceDisk
  readonly version: 1 | 2
  readonly #wipeCount: number
  readonly random: SeededRandom
  readonly transport: SimTransport
  readonly database: SimRecordDatabase
  readonly sync: RecordSync
  /** Where conditions matter in this world. */
  readonly settings: SettingsKeeper | undefined
  readonly holdCheck: HoldCheck | undefined
  readonly #room: RoomCheck
  readonly #local: LocalRecords<Schema>
  readonly #localOptions: Omit<LocalRecordsOptions<Schema>, 'database'>
  isVisible: boolean
  timerCount = 0
  /** By the world's time. */
  #thawedAt = -Infinity
  readonly #signalListeners = new Set<(signal: OnlineSignal) => void>()
  readonly #freezeListeners = new Set<() => void>()
  readonly #hideListeners = new Set<() => void>()
  #waiting: (() => void)[] = []
  #isAlive = true
  #isFrozen = false

  constructor(
    profile: PageHost,
    { name, user, version }: { readonly name: string; readonly user: SimUser; readonly version: 1 | 2 },
  ) {
    const { world, config, ledger, server, mutant, users } = profile.options
    this.name = name
    this.profile = profile
    this.user = user
    this.version = version
    this.random = world.random(`page ${name}`)
    this.disk = profile.diskOf(user)
    this.#wipeCount = this.disk.wipeCount
    this.isVisible = this.random.chance(0.7)
    // Who is told that syncing is off gives up what is out, at a time that is not known here.
    const isCertain = !config.hasConditions && config.weights.disableSync === 0
    const requestsMax = isCertain ? config.requestsMax : undefined
    const room = new RoomCheck({ pageName: name, requestsMax, ledger, jumpCount: () => profile.clockJumpCount })
    this.#room = room
    this.transport = new SimTransport({
      room,
      name,
      world,
      config,
      ledger,
      server,
      mutant,
      random: this.random.fork('network'),
      host: {
        get isOnline() {
          return profile.isOnline
        },
        get isCaptive() {
          return profile.isCaptive
        },
        get isTokenExpired() {
          return profile.isTokenExpired(user)
        },
        user,
        otherUser: users.find((other) => other !== user),
        renewToken: () => profile.setTokenExpired(user, false),
      },
      inPage: (run) => this.inPage(run),
      isAlive: () => this.#isAlive,
    })
    this.database = this.#openDatabase(this.disk)
    const clock =
      mutant === 'timeWaitsForTheClock' ? profile.waitingClock : { now: () => profile.now(), elapsed: () => world.now() }
    this.#localOptions = {
      schema: createSimulatedSchema(version),
      clock,
      random: this.random.fork('ids'),
      yieldToHost: () => Promise.resolve(),
      retries: { type: 'schedule', delaysMs: [0, 1_000, 5_000] },
    }
    this.#local = createLocalRecords<Schema>({ ...this.#localOptions, database: this.database.database })
    const databaseName = this.disk.book.owner.name
    const replayer = new SimReplayer({
      ...profile.options,
      room,
      random: this.random.fork('app network'),
      user,
      disk: this.disk,
      network: profile,
      inPage: (run) => this.inPage(run),
    })
    this.settings = config.hasConditions ? this.#openSettings(databaseName) : undefined
    const conditions = this.settings && backgroundConditions(this.settings, profile.power)
    this.holdCheck = this.settings && this.#createHoldCheck()
    const { database, disk, holdCheck } = this
    const store = bentStore(this.#local.syncStore, { database, disk, ledger, mutant, conditions, holdCheck, room })
    this.sync = new RecordSync({
      store,
      transport: this.transport,
      replayer,
      tenantId: user.tenant,
      isEnabledAtFirst: user !== nobody,
      databaseName,
      clock,
      scheduler: { after: (delayMs, run) => this.#after(delayMs, run) },
      random: this.random.fork('jitter'),
      signals: this.#signals,
      conditions: conditions ?? roomFor(mutant === 'roomIsIgnored' ? 16 : config.requestsMax),
      quietMoments: conditions && this.#quietMoments(),
      pageLife: {
        isVisible: () => this.isVisible,
        onFreezing: (listener) => {
          this.#freezeListeners.add(listener)
          return () => this.#freezeListeners.delete(listener)
        },
      },
      locks: profile.locks.of(this, (run) => this.inPage(run)),
      channel: profile.joinChannel(databaseName, this),
    })
    if (config.hasWorker) this.#requestDeliveries()
  }

  readonly #signals: OnlineSignals = {
    isOnline: () => this.profile.isOnline,
    subscribe: (listener) => {
      this.#signalListeners.add(listener)
      return () => this.#signalListeners.delete(listener)
    },
  }

  #openSettings(databaseName: string): SettingsKeeper {
    const channel = this.profile.joinChannel(`${databaseName}/settings`, this)
    return new SettingsKeeper({ database: this.database.database, channel, signals: this.#signals })
  }

  #quietMoments(): QuietMoments {
    const random = this.random.fork('quiet moments')
    return { next: (run, waitMs) => this.#after(random.next() * waitMs, run) }
  }

  #createHoldCheck(): HoldCheck {
    const { profile } = this
    const { ledger, world } = profile.options
    return new HoldCheck({
      pageName: this.name,
      blame: (violation) => ledger.blame(violation),
      stateOf: () => this.state,
      now: () => world.now(),
      disturbedAt: () => Math.max(profile.disturbedAt, this.#thawedAt),
    })
  }

  /** Where the app has its own requests kept. */
  get requests(): RequestKeeper & BatchKeeper {
    return this.#local.requests
  }

  get attention(): Attention {
    return this.#local.attention
  }

  collection(entity: EntityName): RecordCollection<Entity> {
    const found = this.#local.records[entity]
    if (found === undefined) throw new Error(`the simulated schema has no ${entity}`)
    return found
  }

  /** Brings over what waits in another database of this profile. It may be cut short, and done again. */
  adopt(disk: SimDeviceDisk): Promise<void> {
    const from = this.#openDatabase(disk).database
    const context = outboxContextOf(this.#localOptions)
    return moveOutbox({ from, fromName: disk.book.owner.name, into: this.database.database, context })
  }

  #openDatabase(disk: SimDeviceDisk): SimRecordDatabase {
    const { world, config, ledger, mutant } = this.profile.options
    return new SimRecordDatabase({
      name: this.name,
      world,
      config,
      ledger,
      mutant,
      random: this.random.fork(`database ${disk.book.owner.name}`),
      disk,
      isAlive: () => this.#isAlive,
      whenAwake: () => this.#whenAwake(),
      onFailure: () => this.#room.forget(),
    })
  }

  /** As an app does when it starts. */
  async checkOutbox(): Promise<void> {
    const { config } = this.profile.options
    if (config.hasWorker) await noteSchemaVersion(this.database.database, this.version)
    await this.#local.check()
  }

  #requestDeliveries(): void {
    const { sync, profile } = this
    requestDeliveries({
      sync: {
        get state() {
          return sync.state
        },
        get isEnabled() {
          return sync.isEnabled ?? false
        },
        subscribe: (listener) => sync.subscribe(listener),
      },
      registration: { active: null, sync: { register: async () => profile.registerSync() } },
      onHiding: (listener) => {
        this.#hideListeners.add(listener)
        return () => this.#hideListeners.delete(listener)
      },
    })
  }

  /** Somebody closes it or goes elsewhere; the browser says so before. */
  hide(): void {
    if (!this.#isFrozen) for (const listener of this.#hideListeners) listener()
  }

  /** The browser has deleted the database under it. In a browser its connection is closed then; here it is reloaded soon. */
  get isOnWipedDisk(): boolean {
    return this.disk.wipeCount !== this.#wipeCount
  }

  get isAlive(): boolean {
    return this.#isAlive
  }

  get isFrozen(): boolean {
    return this.#isFrozen
  }

  get state(): SyncState {
    return this.sync.state
  }

  /** Runs it as soon as the page runs; never, if it is dead. */
  inPage(run: () => void): void {
    if (!this.#isAlive) return
    if (this.#isFrozen) this.#waiting.push(run)
    else run()
  }

  signal(signal: OnlineSignal): void {
    this.inPage(() => {
      for (const listener of this.#signalListeners) listener(signal)
    })
  }

  networkChanged(): void {
    const { isOnline } = this.profile
    if (!isOnline) this.transport.cut(this.random.chance(0.5))
    if (!isOnline) this.inPage(() => this.#room.forget())
    this.signal(isOnline ? 'online' : 'offline')
  }

  /** Somebody brings it to the front. */
  show(): void {
    if (this.isVisible) return
    this.isVisible = true
    this.signal('woke')
  }

  /** `isTold`: the browser says so before, as it mostly does. */
  freeze(isTold: boolean): void {
    if (this.#isFrozen) return
    this.hide()
    if (isTold) for (const listener of this.#freezeListeners) listener()
    if (this.profile.locks.holderOf(`${this.disk.book.owner.name}/drain`) === this)
      this.profile.options.ledger.note('page frozen while it drained')
    this.isVisible = false
    this.#isFrozen = true
  }

  thaw(): void {
    if (!this.#isFrozen) return
    this.#isFrozen = false
    this.#thawedAt = this.profile.options.world.now()
    for (const run of this.#waiting.splice(0)) this.inPage(run)
    this.isVisible = true
    // What was out for too long was given up.
    this.#room.forget()
    this.signal(this.random.chance(0.5) ? 'restored' : 'woke')
  }

  /** Killed: nothing of it runs any more, and what was on its way to the database may or may not come through. */
  die(): void {
    this.#isAlive = false
    this.transport.cut(true)
    this.#waiting = []
  }

  #whenAwake(): Promise<void> {
    if (this.#isAlive && !this.#isFrozen) return Promise.resolve()
    return new Promise((resolve) => this.inPage(resolve))
  }

  #after(delayMs: number, run: () => void): () => void {
    const { world, mutant } = this.profile.options
    const isLost = mutant === 'timerIsLostAfter503' && this.transport.lastRefusedStatus === 503 && !waitsForOthersMs.has(delayMs)
    if (isLost) return () => undefined
    let isOver = false
    this.timerCount++
    const end = (): void => {
      if (!isOver) this.timerCount--
      isOver = true
    }
    const cancel = world.after(delayMs, () =>
      this.inPage(() => {
        if (isOver) return
        end()
        run()
      }),
    )
    return () => {
      end()
      cancel()
    }
  }
}

function roomFor(requestsMax: number): ConditionsSource {
  return { ...alwaysGood, current: () => ({ ...goodConditions, requestsMax }) }
}
