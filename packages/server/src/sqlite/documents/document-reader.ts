import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { ClientBinding, DocumentSummary, KeptVerdict } from '../../relay/document-store.ts'
import { integerOf, textOf } from '../database/column-value.ts'
import { DeviceReader } from '../devices/device-reader.ts'
import { DocumentList, type ListCall } from './document-list.ts'
import type { DocumentPlace } from './document-lives.ts'
import { KeptVerdicts } from './kept-verdicts.ts'
import { RecordReader } from '../records/record-reader.ts'
import { StoredLogs, type StoredLog } from './stored-log.ts'

export type ReadDocument =
  | { readonly type: 'absent' }
  | { readonly type: 'deleted'; readonly generation: string }
  | ({
      readonly type: 'live'
      readonly generation: string
      readonly logId: number
      readonly seq: number
      readonly bindings: readonly ClientBinding[]
    } & StoredLog)

export interface VerdictsCall extends DocumentPlace {
  readonly operationIds: readonly string[]
}

const findDocumentSql = `
SELECT document.id AS id, log_id, generation, is_deleted FROM document JOIN tenant ON tenant.id = tenant_id
WHERE tenant.name = ? AND document.name = ?`

const bindingsSql = `
SELECT client, author.name AS user FROM client_binding JOIN author ON author.id = author_id
WHERE document_id = ? ORDER BY client`

/** Reads documents, records and devices through a connection of its own, each time in one consistent view. */
export class DocumentReader {
  readonly #database: DatabaseSync
  readonly #findDocument: StatementSync
  readonly #bindings: StatementSync
  readonly #logs: StoredLogs
  readonly #verdicts: KeptVerdicts
  readonly #list: DocumentList
  readonly #records: RecordReader
  readonly #devices: DeviceReader

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#findDocument = database.prepare(findDocumentSql)
    this.#bindings = database.prepare(bindingsSql)
    this.#logs = new StoredLogs(database)
    this.#verdicts = new KeptVerdicts(database)
    this.#list = new DocumentList(database)
    this.#records = new RecordReader(database)
    this.#devices = new DeviceReader(database)
  }

  read(place: DocumentPlace): ReadDocument {
    return this.#consistently(() => {
      const document = this.#findDocument.get(place.tenant, place.document)
      if (document === undefined) return { type: 'absent' }
      const generation = textOf(document['generation'])
      if (integerOf(document['is_deleted']) === 1) return { type: 'deleted', generation }
      const logId = integerOf(document['log_id'])
      const log = this.#logs.read(logId)
      const seq = (log.snapshot?.seq ?? 0) + log.tail.length
      return { type: 'live', generation, logId, seq, ...log, bindings: this.#readBindings(integerOf(document['id'])) }
    })
  }

  verdicts({ tenant, document, operationIds }: VerdictsCall): readonly KeptVerdict[] {
    return this.#consistently(() => {
      const found = this.#findDocument.get(tenant, document)
      return found === undefined ? [] : this.#verdicts.find(integerOf(found['id']), operationIds)
    })
  }

  list(call: ListCall): DocumentSummary[] {
    return this.#consistently(() => this.#list.list(call))
  }

  records<Result>(read: (records: RecordReader) => Result): Result {
    return this.#consistently(() => read(this.#records))
  }

  devices<Result>(read: (devices: DeviceReader) => Result): Result {
    return this.#consistently(() => read(this.#devices))
  }

  close(): void {
    this.#database.close()
  }

  #readBindings(documentId: number): ClientBinding[] {
    return this.#bindings.all(documentId).map((row) => ({ client: integerOf(row['client']), user: textOf(row['user']) }))
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
