import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { generationOf } from '../../document-log/generation.ts'
import { integerOf } from '../database/column-value.ts'
import type { DocumentHead, DocumentHeads } from './document-heads.ts'

export interface DocumentPlace {
  readonly tenant: string
  readonly document: string
}

/** Beginning, deleting, restoring and beginning anew, inside the caller's transaction. */
export class DocumentLives {
  readonly #heads: DocumentHeads
  readonly #epoch: string
  readonly #insertLog: StatementSync
  readonly #insertDocument: StatementSync
  readonly #updateDocument: StatementSync
  readonly #dropBindings: StatementSync

  constructor(database: DatabaseSync, { heads, epoch }: { readonly heads: DocumentHeads; readonly epoch: string }) {
    this.#heads = heads
    this.#epoch = epoch
    this.#insertLog = database.prepare('INSERT INTO log DEFAULT VALUES')
    this.#insertDocument = database.prepare(
      'INSERT INTO document (tenant_id, name, life, generation, log_id, created_at, changed_at, is_deleted) VALUES (?, ?, ?, ?, ?, ?, ?, 0)',
    )
    this.#updateDocument = database.prepare(
      'UPDATE document SET life = ?, generation = ?, log_id = ?, is_deleted = ?, changed_at = ?, created_at = coalesce(?, created_at) WHERE id = ?',
    )
    this.#dropBindings = database.prepare('DELETE FROM client_binding WHERE document_id = ?')
  }

  /** The first life of a name. */
  begin(
    { tenant, document }: DocumentPlace,
    { life, generation, now }: { readonly life: number; readonly generation: string; readonly now: number },
  ): DocumentHead {
    const tenantId = this.#heads.tenantId(tenant)
    const logId = integerOf(this.#insertLog.run().lastInsertRowid)
    const inserted = this.#insertDocument.run(tenantId, document, life, generation, logId, now, now)
    const documentId = integerOf(inserted.lastInsertRowid)
    return this.#heads.remember(tenant, document, { documentId, tenantId, logId, life, generation, isDeleted: false, seq: 0 })
  }

  delete({ tenant, document }: DocumentPlace, now: number): boolean {
    const head = this.#heads.find(tenant, document)
    if (head === undefined || head.isDeleted) return false
    head.isDeleted = true
    this.#update(head, now, null)
    return true
  }

  restore({ tenant, document }: DocumentPlace, now: number): string | undefined {
    const head = this.#heads.find(tenant, document)
    if (head === undefined || !head.isDeleted) return undefined
    this.#nextLife(head)
    this.#update(head, now, null)
    return head.generation
  }

  create(place: DocumentPlace, now: number): string | undefined {
    const head = this.#heads.find(place.tenant, place.document)
    if (head === undefined) return this.begin(place, { life: 1, generation: generationOf(this.#epoch, 1), now }).generation
    if (!head.isDeleted) return undefined
    this.#nextLife(head)
    head.logId = integerOf(this.#insertLog.run().lastInsertRowid)
    head.seq = 0
    this.#update(head, now, now)
    return head.generation
  }

  #nextLife(head: DocumentHead): void {
    head.life += 1
    head.generation = generationOf(this.#epoch, head.life)
    head.isDeleted = false
    this.#dropBindings.run(head.documentId)
  }

  #update(head: DocumentHead, now: number, createdAt: number | null): void {
    const isDeleted = head.isDeleted ? 1 : 0
    this.#updateDocument.run(head.life, head.generation, head.logId, isDeleted, now, createdAt, head.documentId)
  }
}
