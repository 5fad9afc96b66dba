import type { DrainChannel } from './drain-channel.ts'
import { engineLimits } from './engine-limits.ts'
import { alwaysGood, type ConditionsSource } from './sync-conditions.ts'
import { isInformed, isSameState, stateOfEngine } from './shown-state.ts'
import { SyncEngine, type SyncEngineParts } from './sync-engine.ts'
import type { SyncState } from './sync-state.ts'

export interface ReignParts extends SyncEngineParts {
  /** Default: always good. */
  readonly conditions?: ConditionsSource | undefined
}

/** The time in which this tab drains: the engine at work, and the word about it to the other tabs. */
export class Reign {
  readonly engine: SyncEngine
  readonly #parts: SyncEngineParts
  readonly #conditions: ConditionsSource
  readonly #channel: DrainChannel
  #told: SyncState | undefined
  #cancelHeartbeat: (() => void) | undefined
  readonly #stopConditions: () => void

  constructor(parts: ReignParts, channel: DrainChannel) {
    this.#parts = parts
    this.#channel = channel
    this.engine = new SyncEngine(parts)
    this.#conditions = parts.conditions ?? alwaysGood
    this.#stopConditions = this.#conditions.subscribe(() => this.#look())
    this.#look()
    this.#beat()
  }

  get state(): SyncState {
    return stateOfEngine(this.engine)
  }

  /** Before that the state says nothing. */
  get isInformed(): boolean {
    return isInformed(this.engine)
  }

  /** For those who were told something else, or asked. */
  tell(): void {
    this.#told = this.state
    const { upToDateForMs } = this.engine
    this.#channel.tell({ type: 'reigning', state: this.#told, trueForMs: upToDateForMs, saidAt: this.#parts.clock.now() })
  }

  tellChange(): void {
    if (this.#told === undefined || !isSameState(this.state, this.#told)) this.tell()
  }

  /** Somebody pressed "Sync now". Resolves when nothing is under way any more. */
  async run(): Promise<void> {
    this.engine.dispatch({ type: 'syncRequested' })
    await this.engine.whenResting()
  }

  end(): void {
    this.#cancelHeartbeat?.()
    this.#stopConditions()
    this.engine.close()
    this.#channel.tell({ type: 'abdicated' })
  }

  #look(): void {
    this.engine.dispatch({ type: 'conditionsChanged', conditions: this.#conditions.current() })
  }

  #beat(): void {
    this.#cancelHeartbeat = this.#parts.scheduler.after(engineLimits.heartbeatMs, () => {
      this.tell()
      this.#beat()
    })
  }
}
