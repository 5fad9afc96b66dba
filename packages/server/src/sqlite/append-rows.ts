import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { lifeOf } from '../document-log/generation.ts'
import type { DocumentHead, DocumentHeads } from './document-heads.ts'
import type { DocumentLives } from './document-lives.ts'
import type { AppendHead, PackedAppendsReader } from './packed-appends-reader.ts'
import { rowChecksum } from './stored-value.ts'

/** Writes the rows of a batch, inside the caller's transaction. */
export class AppendRows {
  readonly #heads: DocumentHeads
  readonly #lives: DocumentLives
  readonly #epoch: string
  readonly #insertRow: StatementSync
  readonly #insertBinding: StatementSync

  constructor(
    database: DatabaseSync,
    parts: { readonly heads: DocumentHeads; readonly lives: DocumentLives; readonly epoch: string },
  ) {
    this.#heads = parts.heads
    this.#lives = parts.lives
    this.#epoch = parts.epoch
    this.#insertRow = database.prepare(
      'INSERT INTO log_row (log_id, seq, value, author_id, at, checksum) VALUES (?, ?, ?, ?, ?, ?)',
    )
    // A client id that belongs to somebody stays theirs.
    this.#insertBinding = database.prepare(
      'INSERT INTO client_binding (document_id, client, author_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
    )
  }

  /** Positions in the batch of the appends that were stale; nothing of them was written. */
  write(batch: PackedAppendsReader, now: number): number[] {
    const stale: number[] = []
    let position = 0
    for (let append = batch.nextAppend(); append !== undefined; append = batch.nextAppend()) {
      const head = this.#headFor(append, now)
      if (head === undefined) {
        stale.push(position)
        batch.skip(append)
      } else this.#writeOne(batch, append, head)
      position += 1
    }
    return stale
  }

  #headFor(append: AppendHead, now: number): DocumentHead | undefined {
    const head = this.#heads.find(append.tenant, append.document)
    if (head === undefined) {
      if (append.afterSeq !== 0) return undefined
      return this.#lives.begin(append, { life: lifeOf(this.#epoch, append.generation), generation: append.generation, now })
    }
    const isCurrent = !head.isDeleted && head.generation === append.generation && head.seq === append.afterSeq
    return isCurrent ? head : undefined
  }

  #writeOne(batch: PackedAppendsReader, { rowCount, bindingCount }: AppendHead, head: DocumentHead): void {
    const { logId, tenantId } = head
    for (let row = 0; row < rowCount; row++) {
      const value = batch.nextRow()
      const at = batch.rowAt
      const authorId = batch.rowUser === undefined ? null : this.#heads.authorId(tenantId, batch.rowUser)
      const seq = ++head.seq
      this.#insertRow.run(logId, seq, value, authorId, at, rowChecksum(value, { logId, seq, authorId, at }))
    }
    for (let binding = 0; binding < bindingCount; binding++) {
      const client = batch.nextBinding()
      this.#insertBinding.run(head.documentId, client, this.#heads.authorId(tenantId, batch.bindingUser))
    }
  }
}
