import { defaultBackgroundSyncSettings, type BackgroundSyncSettings, type Operation } from '@rejoin/core'
import type { SeededRandom } from '@rejoin/core/testing'
import { World } from '../world/world.ts'
import { auditWorld } from './audit-world.ts'
import { checkCalm, findUndelivered } from './check-peace.ts'
import { actions, drawConfig, type Action, type Config } from './config.ts'
import { Ledger } from './ledger.ts'
import type { Mutant } from './mutants.ts'
import type { PageHost } from './page-host.ts'
import { PageCheck } from './page-check.ts'
import { Person } from './person.ts'
import { SimAppServer } from './sim-app-server.ts'
import { SceneWorkload } from './scene-workload.ts'
import type { SimPage } from './sim-page.ts'
import { workerRetryMsMax } from './sim-background-sync.ts'
import { drawSettings } from './sim-power.ts'
import { SimProfile } from './sim-profile.ts'
import { SimRecordDisk } from './sim-record-disk.ts'
import { SimSceneDisk, type SimSceneDiskOptions } from './sim-scene-disk.ts'
import { SimSceneNetwork } from './sim-scene-network.ts'
import { SimSceneServer } from './sim-scene-server.ts'
import { SimSyncServer } from './sim-sync-server.ts'
import { nobody, rightsOf, type SimUser } from './sim-user.ts'
import { entityNames } from './simulated-schema.ts'
import { Violation } from './violation.ts'

export interface Outcome {
  readonly seed: number
  readonly violation: Violation | undefined
  /** What came to pass, so that a campaign can tell whether it met anything worth meeting. */
  readonly occasions: ReadonlyMap<string, number>
  readonly steps: number
}

/** The busiest of ten thousand worlds took a fifth of it. */
const stepsMax = 300_000
/** The worker alone, which may be killed again and again. */
const deliveryMsMax = 20 * workerRetryMsMax
const deliveryLookMs = 20_000
/** When nothing else fails any more, servers are still busy for so long. */
const refusalsMs = 10_000
/** After everything was mended: with somebody who looks at the pages, and without. */
const livenessMs = { looking: 120_000, alone: 700_000 } as const

/** One world from one seed: trouble, then peace, in which everything must come right. */
export async function runSeed(seed: number, mutant?: Mutant, tell?: (line: string) => void): Promise<Outcome> {
  const run = new Run(seed, mutant, tell)
  let violation: Violation | undefined
  try {
    await run.play()
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    violation = error
  } finally {
    run.end()
  }
  return { seed, violation, occasions: run.ledger.occasions, steps: run.steps }
}

class Run {
  readonly ledger: Ledger
  readonly #world: World
  readonly #random: SeededRandom
  readonly #config: { -readonly [K in keyof Config]: Config[K] }
  readonly #disk: SimRecordDisk
  readonly #server: SimSyncServer
  readonly #users: readonly SimUser[]
  readonly #profiles: SimProfile[] = []
  readonly #options: ConstructorParameters<typeof SimProfile>[1]
  readonly #checkByPage = new Map<SimPage, PageCheck>()
  readonly #personByPage = new Map<SimPage, Person>()
  readonly #captureRandom: SeededRandom
  readonly #scenes: SceneWorkload
  #groupCount = 0
  #restCount = 0

  constructor(seed: number, mutant: Mutant | undefined, tell: ((line: string) => void) | undefined) {
    const world = new World(seed, { hops: 1 })
    this.#world = world
    this.#random = world.random('workload')
    this.#captureRandom = world.random('requests of the app')
    this.#config = drawConfig(world.random('config'))
    this.ledger = new Ledger(world, { tell })
    this.ledger.trace(() => JSON.stringify(this.#config))
    const parts = { world, config: this.#config, ledger: this.ledger, mutant }
    this.#disk = new SimRecordDisk({ ...parts, witness: this.ledger })
    const onCommitted: SimSceneDiskOptions['onCommitted'] = (tenant, request) =>
      this.ledger.guard(() => this.ledger.scenes.committed(tenant, request))
    const sceneServer = new SimSceneServer({ ...parts, disk: new SimSceneDisk({ ...parts, onCommitted }) })
    this.#server = new SimSyncServer({ ...parts, disk: this.#disk, sceneServer })
    this.#users = createUsers(this.#config)
    this.#scenes = new SceneWorkload({ ...parts, sceneServer, users: this.#users })
    const openApp = (host: PageHost): void => {
      const profile = this.#profiles.find((one) => one === host)
      if (profile !== undefined) this.#openPage(profile, this.#random.pick([...profile.diskByUser.keys()])).show()
    }
    const servers = {
      server: this.#server,
      appServer: new SimAppServer(parts),
      sceneNetwork: new SimSceneNetwork({ ...parts, sceneServer }),
    }
    this.#options = { ...parts, ...servers, users: this.#users, openApp }
    for (let index = 0; index < this.#config.deviceCount; index++)
      this.#profiles.push(new SimProfile(`device${index}`, this.#options))
  }

  get steps(): number {
    return this.#world.stepCount
  }

  async play(): Promise<void> {
    this.#server.start()
    for (const profile of this.#profiles) {
      const user = this.#config.startsLocally ? nobody : this.#random.pick(this.#users)
      for (let count = this.#config.tabsPerDevice; count > 0; count--) this.#openPage(profile, user)
    }
    await this.#pass(this.#random.below(5_000))
    for (let count = 0; count < this.#config.actionCount; count++) {
      await this.#act(this.#drawAction())
      await this.#pass(this.#random.next() ** 3 * 3_000)
    }
    this.#heal()
    await this.#deliverWithoutPages()
    for (const profile of this.#profiles) this.#openHealed(profile)
    await this.#liveUntilCalm()
    await this.#audit({ isRestarted: false })
    await this.#restartCold()
    await this.#audit({ isRestarted: true })
  }

  end(): void {
    for (const page of this.#pages()) page.die()
    this.#scenes.end()
    for (const { background } of this.#profiles) background?.end()
  }

  #pages(): SimPage[] {
    return this.#profiles.flatMap(({ pages }) => pages)
  }

  async #pass(durationMs: number): Promise<void> {
    await this.#world.settle()
    await this.#world.pass(durationMs, () => {
      this.ledger.check()
      if (this.steps > stepsMax) throw new Violation('P4', `${this.steps} steps, and no end: something goes round and round`)
      for (const page of this.#pages()) this.#checkByPage.get(page)?.check()
    })
  }

  #openPage(profile: SimProfile, user: SimUser): SimPage {
    const page = profile.openPage(user, this.#random.chance(0.2) ? 2 : this.#server.version)
    this.#checkByPage.set(page, new PageCheck(page))
    this.#personByPage.set(page, new Person(page, this.#config.recordsPerEntity))
    this.#quietly(page.checkOutbox())
    if (user === nobody) return page
    this.#quietly(profile.adopt(page))
    profile.disturb()
    if (profile.diskByUser.size === 1 || this.#random.chance(0.9)) this.#quietly(page.sync.setEnabled(true))
    return page
  }

  #syncNow(page: SimPage): void {
    if (page.state.heldBack !== undefined) this.ledger.note('sync now while something is held back')
    this.#profileOf(page)?.disturb()
    this.#quietly(page.sync.syncNow())
  }

  #changeSettings(page: SimPage, changes: Partial<BackgroundSyncSettings>): void {
    if (page.settings === undefined) return
    this.#profileOf(page)?.disturb()
    this.#quietly(page.settings.update(changes))
  }

  #profileOf({ profile }: SimPage): SimProfile | undefined {
    return this.#profiles.find((one) => one === profile)
  }

  /** What the product refuses on a failing device is its right. */
  #quietly(promise: Promise<unknown>): void {
    promise.catch(() => this.ledger.note('refused: Error'))
  }

  #drawAction(): Action {
    const total = actions.reduce((sum, action) => sum + this.#config.weights[action], 0)
    let ticket = this.#random.below(total)
    return actions.find((action) => (ticket -= this.#config.weights[action]) < 0) ?? 'write'
  }

  async #act(action: Action): Promise<void> {
    this.ledger.note(action)
    this.ledger.trace(() => `action  ${action}`)
    const profile = this.#random.pick(this.#profiles)
    const awake = profile.pages.filter((page) => !page.isFrozen)
    const page = awake.length === 0 ? undefined : this.#random.pick(awake)
    const person = page && this.#personByPage.get(page)
    const effects: Record<Action, () => void | Promise<void>> = {
      write: () => person?.act(),
      burst: () => person?.act(2 + this.#random.below(6)),
      group: () => person?.actTogether(`group${this.#groupCount++}`, 2 + this.#random.below(2)),
      attend: () => person?.attend(),
      syncNow: () => page && this.#syncNow(page),
      pause: () => this.#pass(this.#random.below(90_000)),
      goOffline: () => profile.setOnline(false),
      goOnline: () => {
        profile.setOnline(true)
        profile.setCaptive(false)
      },
      cutFeed: () => page?.transport.cutFeeds(this.#random.chance(this.#config.halfOpenRate)),
      captivePortal: () => profile.setCaptive(true),
      expireToken: () => page && profile.setTokenExpired(page.user, true),
      crashServer: () => this.#crashServer(),
      killTab: () => page && profile.closePage(page),
      openTab: () => void this.#openPage(profile, this.#random.pick(this.#users)),
      freezeTab: () => this.#freeze(awake),
      thawTab: () => profile.pages[this.#random.below(profile.pages.length)]?.thaw(),
      osCrash: () => {
        for (const each of profile.pages.slice()) profile.closePage(each)
      },
      jumpClock: () => profile.jumpClock(),
      fillDisk: () => this.#fillDisk(profile),
      disableSync: () => this.#switchSync(page, false),
      enableSync: () => this.#switchSync(page, true),
      changeGrants: () => this.#changeGrants(this.#random.pick(this.#users)),
      pruneVerdicts: () => this.#disk.prune({ tombstones: -Infinity, verdicts: this.#world.now() + 1 }),
      pruneTombstones: () => this.#disk.prune({ tombstones: this.#world.now() + 1, verdicts: -Infinity }),
      restoreBackup: () => this.#restoreBackup(),
      upgradeServer: () => this.#upgradeServer(),
      cloneDevice: () => this.#clone(profile),
      wipeStorage: () => {
        profile.wipedSeenAt = this.#world.now()
        for (const disk of profile.diskByUser.values()) disk.wipe()
      },
      damageRow: () => this.#damageRow(profile),
      operatorWrite: () => this.#writeOverRest(this.#random.pick(this.#users)),
      callWorker: () => profile.background?.callUnasked(),
      leaveApp: () => this.#leaveAppWithWork(profile, person),
      muteTabs: () => profile.muteTabs(this.#random.below(30_000)),
      changePower: () => {
        profile.disturb()
        profile.power.change(this.#random)
      },
      changeSettings: () => page && this.#changeSettings(page, drawSettings(this.#random)),
    }
    await effects[action]()
    if (this.#captureRandom.chance(this.#config.captureRate)) person?.capture()
    this.#scenes.act(page)
  }

  /** Mostly in the middle of something. */
  #freeze(awake: readonly SimPage[]): void {
    const busy = awake.filter(({ transport, database }) => transport.inFlight > 0 || database.pending > 0)
    const candidates = busy.length > 0 && this.#random.chance(0.8) ? busy : awake
    if (candidates.length > 0) this.#random.pick(candidates).freeze(this.#random.chance(0.3))
  }

  /** Mostly a person did some things without a network, which is there again later. */
  async #leaveAppWithWork(profile: SimProfile, person: Person | undefined): Promise<void> {
    if (this.#random.chance(0.7)) {
      profile.setOnline(false)
      person?.act(4 + this.#random.below(16))
      await this.#pass(this.#random.below(5_000))
      this.#world.after(this.#random.below(20_000), () => profile.setOnline(true))
    }
    this.#leaveApp(profile)
  }

  /** All pages are closed, in good order. */
  #leaveApp(profile: SimProfile): void {
    for (const page of profile.pages.slice()) {
      page.hide()
      profile.closePage(page)
    }
  }

  /** A backup of the profile is put on another device; both go on. */
  #clone(profile: SimProfile): void {
    if (this.#profiles.length >= 4) return
    this.ledger.book.hasClones = true
    const twin = new SimProfile(`device${this.#profiles.length}`, this.#options)
    this.#profiles.push(twin)
    for (const [user, disk] of profile.diskByUser)
      void disk.clone(twin.bookOf(user)).then((copy) => {
        if (twin.diskByUser.has(user)) return
        twin.diskByUser.set(user, copy)
        this.#openPage(twin, user)
      })
  }

  #damageRow(profile: SimProfile): void {
    for (const disk of profile.diskByUser.values()) {
      const { entries, requests } = disk.book.snapshot
      const kinds = [[...entries.keys()], [...requests.keys()]].filter((ids) => ids.length > 0)
      if (kinds.length > 0) void disk.damage(this.#random.pick(this.#random.pick(kinds)))
    }
  }

  #writeOverRest(user: SimUser): void {
    const entity = this.#random.pick(['product', 'recipe'] as const)
    const known = [...this.ledger.truthOf(user.tenant).records.values()].filter(({ stored }) => stored.entityType === entity)
    if (known.length === 0) return
    const { stored } = this.#random.pick(known)
    const tag = `${user.tenant}/${user.name}/rest#${this.#restCount++}`
    this.ledger.writeByTag.set(tag, { tag, tenant: user.tenant, user: user.name })
    const operation: Operation = {
      operationId: `01900000-0000-7000-9000-${String(this.#restCount).padStart(12, '0')}`,
      deviceId: 'program',
      deviceSeq: this.#restCount,
      entityType: entity,
      operationType: 'update',
      recordId: stored.recordId,
      payload: entity === 'product' ? { price: tag } : { body: tag },
      baseVersion: this.#random.chance(0.7) ? stored.version : null,
      clientUpdatedAt: new Date(this.#world.now()).toISOString(),
      tenantId: user.tenant,
      schemaVersion: this.#server.version,
    }
    this.ledger.book.sent(operation, rightsOf(user))
    this.#quietly(this.#server.apply(user, operation))
  }

  #switchSync(page: SimPage | undefined, isEnabled: boolean): void {
    if (page !== undefined && page.user !== nobody) this.#quietly(page.sync.setEnabled(isEnabled))
  }

  #crashServer(): void {
    if (!this.#server.isUp) return
    this.#server.crash()
    this.#world.after(this.#random.below(10_000), () => {
      if (!this.#server.isUp) this.#server.start()
    })
  }

  #restoreBackup(): void {
    if (this.#server.isUp) this.#server.crash()
    this.#disk.restore()
    this.#server.start()
  }

  #upgradeServer(): void {
    if (this.#server.isUp) this.#server.crash()
    this.#server.upgrade()
    this.#server.start()
  }

  #fillDisk(profile: SimProfile): void {
    for (const disk of profile.diskByUser.values()) {
      disk.isFull = true
      this.#world.after(this.#random.below(30_000), () => {
        disk.isFull = false
      })
    }
  }

  #changeGrants(user: SimUser): void {
    const entity = this.#random.pick(entityNames)
    user.grants.set(entity, this.#random.pick(['none', 'read', 'write'] as const))
    user.grantsChangedAt = this.#world.now()
    this.#server.closeFeedsOf(user)
  }

  /** From here on nothing fails any more. */
  #heal(): void {
    this.ledger.trace(() => 'heal')
    Object.assign(this.#config, {
      requestLossRate: 0,
      responseLossRate: 0,
      duplicateRate: 0,
      repeatsUntil: this.#world.now() + 60_000,
      hangRate: 0,
      shortAnswerRate: 0,
      postponeRate: 0,
      hookFailureRate: 0,
      commitFailureRate: 0,
      readFailureRate: 0,
      deviceFailureRate: 0,
      frameLossRate: 0,
      oldWorkerRate: 0,
      intrusionRate: 0,
      retryJumpRate: 0,
    })
    this.#world.after(refusalsMs, () => (this.#config.refusalRate = 0))
    if (this.#server.isUp) this.#server.crash()
    this.#server.upgrade()
    this.#server.start()
    // What is still on its way to be repeated meets a server that has forgotten its verdict.
    if (this.#config.weights.pruneVerdicts > 0) this.#disk.prune({ tombstones: -Infinity, verdicts: this.#world.now() + 1 })
    for (const profile of this.#profiles) {
      profile.setCaptive(false)
      profile.setOnline(true)
      for (const disk of profile.diskByUser.values()) disk.isFull = false
    }
  }

  /** P4: what pages asked the service worker for, it does alone, however often it is killed. */
  async #deliverWithoutPages(): Promise<void> {
    const left = this.#profiles.filter(({ background }) => background !== undefined && this.#random.chance(0.6))
    if (left.length === 0) return
    for (const profile of left) this.#leaveApp(profile)
    const asked = left.filter((profile) => profile.background?.isTagged === true && profile.canWorkerSignIn)
    for (let passedMs = 0; ; passedMs += deliveryLookMs) {
      const undelivered = asked.flatMap((profile) => findUndelivered(profile) ?? [])
      if (undelivered[0] === undefined) return
      if (passedMs >= deliveryMsMax) throw new Violation('P4', undelivered[0])
      await this.#pass(deliveryLookMs)
    }
  }

  #openHealed(profile: SimProfile): void {
    // An old page sets aside what it does not know one batch after the other: with absurdly small ones that takes its time.
    const isUpdated = this.#random.chance(0.5) || this.#config.operationsMax < 10
    for (const [user] of profile.diskByUser) {
      for (const page of profile.pages.slice())
        if (page.isOnWipedDisk || (isUpdated && page.user === user && page.version === 1)) profile.closePage(page)
      const awake = profile.pages.filter((page) => page.user === user && !page.isFrozen)
      // Somebody looks at it; others may stay frozen for ever, holding whatever they hold.
      const page = awake.length === 0 ? this.#openPage(profile, user) : this.#random.pick(awake)
      page.show()
    }
    this.#healConditions(profile)
    for (const page of profile.pages) {
      if (page.isFrozen && this.#random.chance(0.7)) page.thaw()
      if (page.isFrozen || page.user === nobody) continue
      this.#quietly(page.sync.setEnabled(true))
      this.#quietly(profile.adopt(page))
    }
  }

  #healConditions(profile: SimProfile): void {
    profile.disturb()
    if (this.#config.staysHeld) return
    profile.power.heal()
    for (const page of profile.pages) if (!page.isFrozen) this.#changeSettings(page, defaultBackgroundSyncSettings)
  }

  /** P4: within a bounded time every page is up to date, or says what is in the way; and then there is rest. */
  async #liveUntilCalm(): Promise<void> {
    const isLooking = this.#random.chance(0.5)
    for (const page of this.#pages()) if (isLooking && !page.isFrozen) page.signal('woke')
    await this.#pass(isLooking ? livenessMs.looking : livenessMs.alone)
    if (this.#config.staysHeld) await this.#askEverywhere()
    const requestsBefore = new Map(this.#pages().map((page) => [page, page.transport.requestCount]))
    await this.#pass(60_000)
    for (const page of this.#pages()) {
      const count = page.transport.requestCount - (requestsBefore.get(page) ?? 0)
      if (count > 20) throw new Violation('P4', `${page.name} makes ${count} requests in a minute of rest`)
      if (!page.isFrozen) checkCalm(page)
    }
  }

  /** Whatever is held back: somebody presses "Sync now" in every page, and once more for what the others have sent by then. */
  async #askEverywhere(): Promise<void> {
    for (let round = 0; round < 2; round++) {
      for (const page of this.#pages()) this.#syncNow(page)
      await this.#pass(livenessMs.looking)
    }
  }

  async #audit({ isRestarted }: { readonly isRestarted: boolean }): Promise<void> {
    this.ledger.check()
    auditWorld(this.ledger, { profiles: this.#profiles, users: this.#users, isRestarted })
    await this.#scenes.audit(this.#profiles, (durationMs) => this.#pass(durationMs))
  }

  /** Everything is switched off and on again. */
  async #restartCold(): Promise<void> {
    this.#server.crash()
    this.#server.start()
    for (const profile of this.#profiles) {
      for (const page of profile.pages.slice()) profile.closePage(page)
      for (const user of profile.diskByUser.keys()) this.#openPage(profile, user).show()
    }
    await this.#pass(60_000)
    // A version of the app that can read what waited brings it back, and it is held back now.
    if (this.#config.staysHeld) await this.#askEverywhere()
    for (const page of this.#pages()) checkCalm(page)
  }
}

function createUsers({ tenantCount, userCount }: Config): SimUser[] {
  return Array.from({ length: tenantCount * userCount }, (_, index) => ({
    tenant: `tenant${index % tenantCount}`,
    name: `user${Math.floor(index / tenantCount)}`,
    grants: new Map(),
    grantsChangedAt: -Infinity,
  }))
}
