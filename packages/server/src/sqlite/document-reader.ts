import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { DocumentStoreError } from '../document-log/document-store-error.ts'
import type { ClientBinding, DocumentSummary, StoredSnapshot } from '../relay/document-store.ts'
import { bytesOf, integerOf, optionalIntegerOf, textOf } from './column-value.ts'
import type { DocumentPlace } from './document-lives.ts'
import { updateIn } from './stored-value.ts'

export type ReadDocument =
  | { readonly type: 'absent' }
  | { readonly type: 'deleted'; readonly generation: string }
  | {
      readonly type: 'live'
      readonly generation: string
      readonly logId: number
      readonly seq: number
      readonly snapshot: StoredSnapshot | undefined
      /** After the snapshot, in order, without gaps. */
      readonly tail: readonly Uint8Array[]
      readonly bindings: readonly ClientBinding[]
    }

export interface ListCall {
  readonly tenant: string
  readonly after: string
  readonly limit: number
  readonly includeDeleted: boolean
}

const findDocumentSql = `
SELECT document.id AS id, log_id, generation, is_deleted FROM document JOIN tenant ON tenant.id = tenant_id
WHERE tenant.name = ? AND document.name = ?`

const listSql = `
SELECT document.name, generation, is_deleted, created_at,
  coalesce(length(snapshot.value) - 1, 0) + coalesce((SELECT sum(length(value) - 1) FROM log_row WHERE log_id = document.log_id AND seq > coalesce(snapshot.seq, 0)), 0),
  coalesce((SELECT max(seq) FROM log_row WHERE log_id = document.log_id), snapshot.seq, 0),
  max(changed_at, coalesce((SELECT at FROM log_row WHERE log_id = document.log_id ORDER BY seq DESC LIMIT 1), 0))
FROM document JOIN tenant ON tenant.id = tenant_id LEFT JOIN snapshot ON snapshot.log_id = document.log_id
WHERE tenant.name = ? AND document.name > ? AND (is_deleted = 0 OR ?)
ORDER BY document.name LIMIT ?`

/** Reads documents through a connection of its own, each in one consistent view, every value checked. */
export class DocumentReader {
  readonly #database: DatabaseSync
  readonly #findDocument: StatementSync
  readonly #findSnapshot: StatementSync
  readonly #findRows: StatementSync
  readonly #findBindings: StatementSync
  readonly #list: StatementSync

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#findDocument = database.prepare(findDocumentSql)
    this.#findSnapshot = database.prepare('SELECT seq, value, at, checksum FROM snapshot WHERE log_id = ?')
    this.#findRows = database.prepare(
      'SELECT seq, value, author_id, at, checksum FROM log_row WHERE log_id = ? AND seq > ? ORDER BY seq',
    )
    this.#findBindings = database.prepare(
      'SELECT client, author.name FROM client_binding JOIN author ON author.id = author_id WHERE document_id = ? ORDER BY client',
    )
    this.#list = database.prepare(listSql)
    for (const statement of [this.#findRows, this.#findBindings, this.#list]) statement.setReturnArrays(true)
  }

  read(place: DocumentPlace): ReadDocument {
    return this.#consistently(() => {
      const document = this.#findDocument.get(place.tenant, place.document)
      if (document === undefined) return { type: 'absent' }
      const generation = textOf(document['generation'])
      if (integerOf(document['is_deleted']) === 1) return { type: 'deleted', generation }
      const logId = integerOf(document['log_id'])
      const snapshot = this.#snapshot(logId)
      const tail = this.#tail(logId, snapshot?.seq ?? 0)
      const seq = (snapshot?.seq ?? 0) + tail.length
      return { type: 'live', generation, logId, seq, snapshot, tail, bindings: this.#bindings(integerOf(document['id'])) }
    })
  }

  list({ tenant, after, limit, includeDeleted }: ListCall): DocumentSummary[] {
    return rowsOf(this.#list.all(tenant, after, includeDeleted ? 1 : 0, limit)).map(
      ([name, generation, isDeleted, createdAt, storedBytes, updateCount, updatedAt]) => ({
        name: textOf(name),
        generation: textOf(generation),
        isDeleted: integerOf(isDeleted) === 1,
        storedBytes: integerOf(storedBytes),
        updateCount: integerOf(updateCount),
        createdAt: integerOf(createdAt),
        updatedAt: integerOf(updatedAt),
      }),
    )
  }

  close(): void {
    this.#database.close()
  }

  #snapshot(logId: number): StoredSnapshot | undefined {
    const row = this.#findSnapshot.get(logId)
    if (row === undefined) return undefined
    const [seq, at] = [integerOf(row['seq']), integerOf(row['at'])]
    return { seq, update: updateIn(bytesOf(row['value']), integerOf(row['checksum']), { logId, seq, authorId: null, at }) }
  }

  #tail(logId: number, afterSeq: number): Uint8Array[] {
    const tail: Uint8Array[] = []
    for (const [seq, value, authorId, at, checksum] of rowsOf(this.#findRows.all(logId, afterSeq))) {
      const identity = { logId, seq: integerOf(seq), authorId: optionalIntegerOf(authorId) ?? null, at: integerOf(at) }
      if (identity.seq !== afterSeq + tail.length + 1) {
        throw new DocumentStoreError('corrupt', `log ${logId} has a gap before sequence ${identity.seq}`)
      }
      tail.push(updateIn(bytesOf(value), integerOf(checksum), identity))
    }
    return tail
  }

  #bindings(documentId: number): ClientBinding[] {
    return rowsOf(this.#findBindings.all(documentId)).map(([client, user]) => ({ client: integerOf(client), user: textOf(user) }))
  }

  #consistently<Result>(read: () => Result): Result {
    this.#database.exec('BEGIN')
    try {
      return read()
    } finally {
      this.#database.exec('COMMIT')
    }
  }
}

/** Rows as arrays of columns: the statement was told to return them so, which its type does not know. */
function rowsOf(rows: readonly unknown[]): readonly (readonly unknown[])[] {
  return rows.map((row) => (Array.isArray(row) ? row : []))
}
