import { seedCrypto } from '../world/seeded-crypto.ts'
import type { SeededRandom } from '@rejoin/core/testing'
import { applyUpdate, Doc, encodeStateVector } from 'yjs'
import { actions, drawConfig, type Action, type Config } from './config.ts'
import type { Mutant } from './mutants.ts'
import { Oracle, Violation } from './oracle.ts'
import { SimDevice } from './sim-device.ts'
import { SimDisk } from './sim-disk.ts'
import { SimSceneProgram } from './sim-scene-program.ts'
import { SimServer } from './sim-server.ts'
import type { SimTab } from './sim-tab.ts'
import { World } from '../world/world.ts'

export interface Outcome {
  readonly seed: number
  readonly violation: Violation | undefined
  /** What came to pass, so that a campaign can tell whether it met anything worth meeting. */
  readonly occasions: ReadonlyMap<string, number>
  readonly steps: number
}

/** Long enough for every delay, timeout and sweep there is, one after the other. */
const livenessMs = 400_000

/** One world from one seed: trouble, then peace, in which everything must come right. */
export function runSeed(seed: number, mutant?: Mutant): Promise<Outcome> {
  return play(new Run(seed, mutant, 0))
}

/** The same world with programs that send operations on its document, which is a scene too. */
export function runSceneSeed(seed: number, mutant?: Mutant): Promise<Outcome> {
  return play(new Run(seed, mutant, 1 + (seed % 3)))
}

async function play(run: Run): Promise<Outcome> {
  let violation: Violation | undefined
  try {
    await run.play()
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    violation = error
  } finally {
    run.end()
  }
  return { seed: run.seed, violation, occasions: run.occasions, steps: run.steps }
}

class Run {
  readonly seed: number
  readonly occasions = new Map<string, number>()
  readonly #world: World
  readonly #random: SeededRandom
  readonly #config: { -readonly [K in keyof Config]: Config[K] }
  readonly #oracle = new Oracle()
  readonly #server: SimServer
  readonly #devices: SimDevice[]
  readonly #programs: SimSceneProgram[]

  constructor(seed: number, mutant: Mutant | undefined, programCount: number) {
    this.seed = seed
    const world = new World(seed)
    seedCrypto(world.random('crypto'))
    this.#world = world
    this.#random = world.random('workload')
    this.#config = drawConfig(world.random('config'))
    const parts = { world, config: this.#config, oracle: this.#oracle, mutant }
    this.#server = new SimServer({ ...parts, disk: new SimDisk(parts) })
    this.#devices = Array.from(
      { length: this.#config.deviceCount },
      (_, index) => new SimDevice(`device${index}`, { ...parts, server: this.#server }),
    )
    this.#programs = Array.from({ length: programCount }, (_, index) => {
      const { hasUsers, clockSkewMs } = this.#config
      return new SimSceneProgram(index, {
        ...parts,
        server: this.#server,
        user: hasUsers ? `program${index}` : null,
        clockSkewMs: index === 0 ? clockSkewMs : 0,
      })
    })
  }

  get steps(): number {
    return this.#world.stepCount
  }

  async play(): Promise<void> {
    this.#server.start()
    for (const device of this.#devices) for (let tab = 0; tab < this.#config.tabsPerDevice; tab++) await device.openTab()
    for (let action = 0; action < this.#config.actionCount; action++) {
      for (const program of this.#programs) if (this.#random.chance(0.3)) this.#send(program)
      await this.#act(this.#drawAction())
      await this.#pass(this.#random.next() ** 3 * 3_000)
    }
    await this.#heal()
    await this.#pass(livenessMs)
    await this.#audit()
  }

  end(): void {
    for (const tab of this.#tabs()) tab.die()
  }

  #tabs(): SimTab[] {
    return this.#devices.flatMap((device) => device.tabs)
  }

  #send(program: SimSceneProgram): void {
    this.#note('sendBatch')
    program.act()
  }

  async #pass(durationMs: number): Promise<void> {
    await this.#world.pass(durationMs, () => {
      this.#oracle.check()
      for (const program of this.#programs) program.check()
      for (const tab of this.#tabs()) {
        tab.check()
        this.#note(`status ${tab.document?.state.status ?? 'loading'}`)
      }
    })
  }

  #note(occasion: string): void {
    this.occasions.set(occasion, (this.occasions.get(occasion) ?? 0) + 1)
  }

  #drawAction(): Action {
    const total = actions.reduce((sum, action) => sum + this.#config.weights[action], 0)
    let ticket = this.#random.below(total)
    return actions.find((action) => (ticket -= this.#config.weights[action]) < 0) ?? 'edit'
  }

  async #act(action: Action): Promise<void> {
    this.#note(action)
    const device = this.#random.pick(this.#devices)
    const tab = device.tabs.length === 0 ? undefined : this.#random.pick(device.tabs)
    const effects: Record<Action, () => void | Promise<void>> = {
      edit: () => {
        for (let burst = this.#random.below(3); burst >= 0; burst--) tab?.edit()
      },
      cut: () => tab?.cut(this.#random.chance(this.#config.halfOpenRate)),
      clog: () => this.#clog(tab),
      crashServer: () => this.#crashServer(),
      crashTab: () => {
        if (tab !== undefined) device.killTab(tab)
      },
      reloadTab: () => {
        if (tab !== undefined) device.killTab(tab)
        return device.openTab(this.#random.chance(0.7))
      },
      goOffline: () => device.setOnline(false),
      goOnline: () => device.setOnline(true),
      compact: () => this.#server.compact(),
      pause: () => this.#pass(this.#random.below(60_000)),
    }
    await effects[action]()
  }

  #clog(tab: SimTab | undefined): void {
    tab?.clog()
    this.#world.after(this.#random.below(20_000), () => tab?.unclog())
  }

  async #crashServer(): Promise<void> {
    if (!this.#server.isUp) return
    await this.#server.crash()
    this.#world.after(this.#random.below(10_000), () => {
      if (!this.#server.isUp) this.#server.start()
    })
  }

  /** From here on nothing fails any more. */
  async #heal(): Promise<void> {
    Object.assign(this.#config, { commitFailureRate: 0, deviceFailureRate: 0, dialFailureRate: 0 })
    if (!this.#server.isUp) this.#server.start()
    for (const device of this.#devices) {
      for (const tab of device.tabs) tab.unclog()
      if (!device.isOnline) device.setOnline(true)
      if (device.tabs.length === 0) await device.openTab(this.#random.chance(0.5))
    }
  }

  async #audit(): Promise<void> {
    const expected = describe(this.#oracle.doc)
    for (const program of this.#programs) program.audit()
    for (const tab of this.#tabs()) {
      const { document, client } = tab
      if (client.syncStatus.status !== 'stored')
        throw new Violation(
          'P4',
          `${tab.name} shows ${client.syncStatus.status} (${document?.state.status}, ${document?.state.reason}) long after everything was mended`,
        )
      if (document !== undefined && describe(document.doc) !== expected)
        throw new Violation('P6', `${tab.name} differs from the server's disk`)
    }
    for (const device of this.#devices) {
      for (const tag of device.keptTags)
        if (!this.#oracle.has(tag)) throw new Violation('P3', `${tag} was kept on ${device.name} and never reached the server`)
    }
    await this.#auditServer(expected, 'the running server')
    await this.#server.crash()
    this.#server.start()
    await this.#auditServer(expected, 'the restarted server')
    this.#oracle.check()
  }

  async #auditServer(expected: string, who: string): Promise<void> {
    const doc = new Doc()
    const state = await this.#server.read()
    if (state !== undefined) applyUpdate(doc, state)
    if (describe(doc) !== expected) throw new Violation('P1', `${who} serves something else than the disk holds`)
  }
}

/** Content and causal state; equal for documents that are equal. */
function describe(doc: Doc): string {
  const tags = [...doc.getMap('tags').keys()].toSorted()
  const vector = Buffer.from(encodeStateVector(doc)).toString('hex')
  const elements = Object.entries(doc.getMap('elements').toJSON()).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return JSON.stringify([doc.getText('text').toJSON(), tags, elements, vector])
}
