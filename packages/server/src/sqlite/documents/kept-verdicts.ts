import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { KeptVerdict } from '../../relay/document-store.ts'
import { integerOf, textOf } from '../database/column-value.ts'

const columns = 'operation_id, user, intention_hash, verdict, at'

/** Verdicts of a document's operations, inside the caller's transaction. */
export class KeptVerdicts {
  readonly #find: StatementSync

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(`SELECT ${columns} FROM document_operation WHERE document_id = ? AND operation_id = ?`)
  }

  find(documentId: number, operationIds: readonly string[]): readonly KeptVerdict[] {
    return operationIds.flatMap((operationId) => {
      const row = this.#find.get(documentId, operationId)
      if (row === undefined) return []
      const user = row['user']
      return {
        operationId,
        user: user === null ? null : textOf(user),
        intentionHash: textOf(row['intention_hash']),
        verdict: textOf(row['verdict']),
        at: integerOf(row['at']),
      }
    })
  }
}

/** Adds verdicts, inside the caller's transaction. */
export class VerdictWriter {
  readonly #verdicts: KeptVerdicts
  readonly #insert: StatementSync

  constructor(database: DatabaseSync) {
    this.#verdicts = new KeptVerdicts(database)
    this.#insert = database.prepare(`INSERT INTO document_operation (document_id, ${columns}) VALUES (?, ?, ?, ?, ?, ?)`)
  }

  hasAny(documentId: number, verdicts: readonly KeptVerdict[]): boolean {
    return verdicts.some(({ operationId }) => this.#verdicts.find(documentId, [operationId]).length > 0)
  }

  add(documentId: number, verdicts: readonly KeptVerdict[]): void {
    for (const { operationId, user, intentionHash, verdict, at } of verdicts)
      this.#insert.run(documentId, operationId, user, intentionHash, verdict, at)
  }
}
