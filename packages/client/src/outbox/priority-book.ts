import { callListener } from '../record-database/call-listener.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { uuidV7 } from '../record-database/uuid-v7.ts'
import { checkPriorities } from './check-priorities.ts'
import type { OutboxContext } from './local-transaction.ts'
import { readPriorities, textOf, writePriorities, type Priorities } from './priorities.ts'
import { distrustScores, rescoreOutbox } from './rescore-outbox.ts'
import type { SyncPriorities } from './sync-priorities.ts'

export interface PriorityBookParts {
  readonly database: RecordDatabase
  readonly context: OutboxContext
  /** Lets the page do what waits, between two slices of work. */
  readonly yieldToHost: () => Promise<void>
}

/** The priorities of one records database, shared by its tabs, and the outbox in their order. */
export class PriorityBook implements SyncPriorities {
  readonly #parts: PriorityBookParts
  readonly #listeners = new Set<() => void>()
  #stopFollowing: (() => void) | undefined
  #now: Priorities
  #isClosed = false

  constructor(parts: PriorityBookParts) {
    this.#parts = parts
    const { rules, thresholds } = parts.context
    this.#now = { rules, thresholds }
  }

  /** Hears of what was decided before, and in other tabs. */
  follow(): void {
    const { database, context } = this.#parts
    this.#stopFollowing ??= database.live(
      (tables) => readPriorities(tables, context),
      (now) => this.#take(now),
    )
  }

  get(): Priorities {
    return this.#now
  }

  async update(input: Parameters<SyncPriorities['update']>[0]): Promise<readonly string[]> {
    const checked = checkPriorities(input, this.#parts.context.schema)
    if (checked.type === 'unfit') return checked.problems
    await this.#decide(checked.priorities)
    return []
  }

  reset(): Promise<void> {
    return this.#decide(undefined)
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** What waits is brought into order, where that was cut short or the app's own rules are others by now. Rejects with a `StoreError`. */
  async rescore(): Promise<void> {
    const { database, context, yieldToHost } = this.#parts
    await rescoreOutbox(database, context, { yieldToHost, isOver: () => this.#isClosed })
  }

  close(): void {
    this.#isClosed = true
    this.#stopFollowing?.()
    this.#listeners.clear()
  }

  async #decide(priorities: Priorities | undefined): Promise<void> {
    const { database, context } = this.#parts
    const id = uuidV7(context.clock.now(), context.random)
    const stored = priorities && { id, rules: [...priorities.rules], thresholds: priorities.thresholds }
    await database.transaction('write', async (tables) => {
      await writePriorities(tables, stored)
      await distrustScores(tables)
    })
    this.#take(priorities ?? context)
    await this.rescore()
  }

  #take({ rules, thresholds }: Priorities): void {
    const next = { rules, thresholds }
    if (this.#isClosed || textOf(next) === textOf(this.#now)) return
    this.#now = next
    for (const listener of this.#listeners) callListener(listener)
  }
}
