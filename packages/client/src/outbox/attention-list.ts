import { toIsoTime } from '../record-database/iso-time.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { listAttention } from './attention-book.ts'
import type { Attention, AttentionItem } from './attention.ts'
import { discardItem } from './discard-item.ts'
import { inLocalTransaction, type LocalTransaction, type OutboxContext } from './local-transaction.ts'
import { resendItem } from './resend-item.ts'

/** What waits for a person, in the database that all tabs share. */
export class AttentionList implements Attention {
  readonly #database: RecordDatabase
  readonly #context: OutboxContext

  constructor(database: RecordDatabase, context: OutboxContext) {
    this.#database = database
    this.#context = context
  }

  list(): Promise<readonly AttentionItem[]> {
    return this.#database.transaction('read', listAttention)
  }

  subscribe(listener: (items: readonly AttentionItem[]) => void): () => void {
    return this.#database.live(listAttention, listener)
  }

  async retry(id: number): Promise<void> {
    await this.#about(id, (local, item) => resendItem(local, this.#context, { item, changes: undefined }))
  }

  async editAndResend(id: number, changes: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#about(id, (local, item) => resendItem(local, this.#context, { item, changes }))
  }

  async dismiss(id: number): Promise<void> {
    await this.#about(id, ({ attention }, item) => attention.put({ ...item, isDismissed: true }))
  }

  async discard(id: number): Promise<readonly AttentionItem[]> {
    return (await this.#about(id, (local, item) => discardItem(local, this.#context, item))) ?? []
  }

  async export(): Promise<string> {
    const items = await this.list()
    return JSON.stringify({ exportedAt: toIsoTime(this.#context.clock.now()), items }, undefined, 2)
  }

  /** An item that another tab dealt with meanwhile needs nothing more. */
  #about<T>(id: number, work: (local: LocalTransaction, item: AttentionItem) => Promise<T>): Promise<T | undefined> {
    return this.#database.transaction('write', (tables) =>
      inLocalTransaction(tables, this.#context, async (local) => {
        const item = await local.attention.get(id)
        return item === undefined ? undefined : work(local, item)
      }),
    )
  }
}
