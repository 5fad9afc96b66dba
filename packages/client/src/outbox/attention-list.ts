import { toIsoTime } from '../record-database/iso-time.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { listAttention } from './attention-book.ts'
import type { Attention, AttentionItem } from './attention.ts'
import { discardItem } from './discard-item.ts'
import { inLocalTransaction, type LocalTransaction, type OutboxContext } from './local-transaction.ts'
import { exportBody } from './list-requests.ts'
import { discardBodyOf, discardRequest, readRequestAgain, resendRequest } from './request-attention.ts'
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
    await this.#about(id, async (local, item) => {
      const { request } = item
      if (request !== undefined) return resendRequest(local, this.#context, { item, request })
      if (item.kind === 'unreadable' && (await readRequestAgain(local, item))) return
      await resendItem(local, this.#context, { item, changes: undefined })
    })
  }

  async editAndResend(id: number, changes: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#about(id, (local, item) => {
      if (item.request !== undefined) throw new Error('a request of the app cannot be edited: retry it, or discard it')
      return resendItem(local, this.#context, { item, changes })
    })
  }

  async dismiss(id: number): Promise<void> {
    await this.#about(id, ({ attention }, item) => attention.put({ ...item, isDismissed: true }))
  }

  async discard(id: number): Promise<readonly AttentionItem[]> {
    const gone = await this.#about(id, async (local, item) => {
      const { request } = item
      if (request === undefined) {
        await discardBodyOf(local, item.raw)
        return discardItem(local, this.#context, item)
      }
      await discardRequest(local, { item, request })
      return []
    })
    return gone ?? []
  }

  async export(): Promise<string> {
    const items = await this.#database.transaction('read', async (tables) => {
      const exported: unknown[] = []
      for (const item of await listAttention(tables)) {
        exported.push({ ...item, ...(await exportBody(tables, item.raw ?? item)) })
      }
      return exported
    })
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
