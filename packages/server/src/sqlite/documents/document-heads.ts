import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { integerOf, textOf } from '../database/column-value.ts'
import type { UnsettledLogs } from './unsettled-logs.ts'

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
  max(coalesce((SELECT max(last_seq) FROM log_segment WHERE log_segment.log_id = document.log_id), 0),
      coalesce((SELECT seq FROM snapshot WHERE snapshot.log_id = document.log_id), 0)) AS seq
FROM document WHERE tenant_id = ? AND name = ?`

/** The writer's memory of ids and heads, so that a row costs no look-up. */
export class DocumentHeads {
  readonly #unsettled: UnsettledLogs
  readonly #findHead: StatementSync
  readonly #findTenant: StatementSync
  readonly #addTenant: StatementSync
  readonly #headsByTenant = new Map<string, Map<string, DocumentHead>>()
  readonly #tenantIdByName = new Map<string, number>()
  #remembered = 0

  constructor(database: DatabaseSync, unsettled: UnsettledLogs) {
    this.#unsettled = unsettled
    this.#findHead = database.prepare(findSql)
    this.#findTenant = database.prepare('SELECT id FROM tenant WHERE name = ?')
    this.#addTenant = database.prepare('INSERT INTO tenant (name) VALUES (?)')
  }

  find(tenant: string, document: string): DocumentHead | undefined {
    const remembered = this.#headsByTenant.get(tenant)?.get(document)
    if (remembered !== undefined) return remembered
    const row = this.#findHead.get(this.tenantId(tenant), document)
    if (row === undefined) return undefined
    const logId = integerOf(row['log_id'])
    return this.remember(tenant, document, {
      documentId: integerOf(row['document_id']),
      tenantId: integerOf(row['tenant_id']),
      logId,
      life: integerOf(row['life']),
      generation: textOf(row['generation']),
      isDeleted: integerOf(row['is_deleted']) === 1,
      seq: Math.max(integerOf(row['seq']), this.#unsettled.seqOf(logId)),
    })
  }

  remember(tenant: string, document: string, head: DocumentHead): DocumentHead {
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

  /** Only between transactions: inside one, what is remembered may be ahead of the database. */
  forgetIfFull(): void {
    if (this.#remembered >= headsMax) this.forget()
  }

  /** After a transaction that was rolled back nothing remembered can be trusted. */
  forget(): void {
    this.#headsByTenant.clear()
    this.#tenantIdByName.clear()
    this.#remembered = 0
  }
}
