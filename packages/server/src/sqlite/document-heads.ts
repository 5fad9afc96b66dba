import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { integerOf, textOf } from './column-value.ts'

/** Where a document stands. The writer is the only one who changes it, so what it remembers is true. */
export interface DocumentHead {
  readonly documentId: number
  readonly tenantId: number
  logId: number
  life: number
  generation: string
  isDeleted: boolean
  seq: number
}

/** Remembered documents; beyond this many all are forgotten and read again when next written. */
const headsMax = 100_000

const findSql = `
SELECT document.id AS document_id, tenant_id, log_id, life, generation, is_deleted,
  coalesce((SELECT max(seq) FROM log_row WHERE log_row.log_id = document.log_id),
           (SELECT seq FROM snapshot WHERE snapshot.log_id = document.log_id), 0) AS seq
FROM document WHERE tenant_id = ? AND name = ?`

/** The writer's memory of ids and heads, so that a row costs no look-up. */
export class DocumentHeads {
  readonly #findHead: StatementSync
  readonly #findTenant: StatementSync
  readonly #addTenant: StatementSync
  readonly #addAuthor: StatementSync
  readonly #findAuthor: StatementSync
  readonly #headsByTenant = new Map<string, Map<string, DocumentHead>>()
  readonly #authorIdsByTenant = new Map<number, Map<string, number>>()
  readonly #tenantIdByName = new Map<string, number>()
  #remembered = 0

  constructor(database: DatabaseSync) {
    this.#findHead = database.prepare(findSql)
    this.#findTenant = database.prepare('SELECT id FROM tenant WHERE name = ?')
    this.#addTenant = database.prepare('INSERT INTO tenant (name) VALUES (?)')
    this.#findAuthor = database.prepare('SELECT id FROM author WHERE tenant_id = ? AND name = ?')
    this.#addAuthor = database.prepare('INSERT INTO author (tenant_id, name) VALUES (?, ?)')
  }

  find(tenant: string, document: string): DocumentHead | undefined {
    const remembered = this.#headsByTenant.get(tenant)?.get(document)
    if (remembered !== undefined) return remembered
    const row = this.#findHead.get(this.tenantId(tenant), document)
    if (row === undefined) return undefined
    return this.remember(tenant, document, {
      documentId: integerOf(row['document_id']),
      tenantId: integerOf(row['tenant_id']),
      logId: integerOf(row['log_id']),
      life: integerOf(row['life']),
      generation: textOf(row['generation']),
      isDeleted: integerOf(row['is_deleted']) === 1,
      seq: integerOf(row['seq']),
    })
  }

  remember(tenant: string, document: string, head: DocumentHead): DocumentHead {
    if (this.#remembered >= headsMax) this.forget()
    let heads = this.#headsByTenant.get(tenant)
    if (heads === undefined) this.#headsByTenant.set(tenant, (heads = new Map()))
    heads.set(document, head)
    this.#remembered += 1
    return head
  }

  tenantId(name: string): number {
    const known = this.#tenantIdByName.get(name)
    if (known !== undefined) return known
    const id = integerOf(this.#findTenant.get(name)?.['id'] ?? this.#addTenant.run(name).lastInsertRowid)
    this.#tenantIdByName.set(name, id)
    return id
  }

  authorId(tenantId: number, name: string): number {
    let ids = this.#authorIdsByTenant.get(tenantId)
    if (ids === undefined) this.#authorIdsByTenant.set(tenantId, (ids = new Map()))
    const known = ids.get(name)
    if (known !== undefined) return known
    if (ids.size >= headsMax) ids.clear()
    const id = integerOf(this.#findAuthor.get(tenantId, name)?.['id'] ?? this.#addAuthor.run(tenantId, name).lastInsertRowid)
    ids.set(name, id)
    return id
  }

  /** After a transaction that was rolled back nothing remembered can be trusted. */
  forget(): void {
    this.#headsByTenant.clear()
    this.#authorIdsByTenant.clear()
    this.#tenantIdByName.clear()
    this.#remembered = 0
  }
}
