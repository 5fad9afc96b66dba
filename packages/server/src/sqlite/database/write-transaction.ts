import type { DatabaseSync } from 'node:sqlite'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'
import { isUnsureAfter, storeErrorFrom } from './sqlite-failure.ts'

/** Runs work as one durable transaction; after the disk failed it refuses everything. */
export class WriteTransactions {
  readonly #database: DatabaseSync
  readonly #onRolledBack: () => void
  #refusal: DocumentStoreError | undefined

  /** @param onRolledBack told after any failure, so that nothing remembered outlives it */
  constructor(database: DatabaseSync, onRolledBack: () => void) {
    this.#database = database
    this.#onRolledBack = onRolledBack
  }

  run<Result>(work: () => Result): Result {
    if (this.#refusal !== undefined) throw this.#refusal
    try {
      this.#database.exec('BEGIN IMMEDIATE')
      const result = work()
      this.#database.exec('COMMIT')
      return result
    } catch (error) {
      throw this.#failed(error)
    }
  }

  #failed(error: unknown): DocumentStoreError {
    this.#onRolledBack()
    const failure = storeErrorFrom(error)
    try {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK')
    } catch (rollbackError) {
      return this.#refuse(storeErrorFrom(rollbackError))
    }
    return isUnsureAfter(error) ? this.#refuse(failure) : failure
  }

  #refuse(cause: DocumentStoreError): DocumentStoreError {
    const message = `nothing more is written until the store is opened again, because a write failed: ${cause.message}`
    this.#refusal = new DocumentStoreError('refusing', message, { cause })
    return this.#refusal
  }
}
