import type { RecordsCommit } from '../../records/record-store.ts'
import { packCommit, type PackedCommit } from './packed-commit.ts'

/** What fits into one transaction; more waits for the next. */
const transactionRowsMax = 4_000

/** Commits of records that are to be written together. */
export class RecordCommitBatch {
  readonly commits: PackedCommit[] = []
  readonly #settlers: PromiseWithResolvers<'committed' | 'stale'>[] = []
  #rows = 0

  get isFull(): boolean {
    return this.#rows >= transactionRowsMax
  }

  add(tenant: string, commit: RecordsCommit): Promise<'committed' | 'stale'> {
    const settler = Promise.withResolvers<'committed' | 'stale'>()
    const packed = packCommit(tenant, commit)
    this.commits.push(packed)
    this.#settlers.push(settler)
    this.#rows += packed.rowCount
    return settler.promise
  }

  settle(outcomes: readonly ('committed' | 'stale')[]): void {
    for (const [index, settler] of this.#settlers.entries()) settler.resolve(outcomes[index] ?? 'stale')
  }

  fail(error: unknown): void {
    for (const settler of this.#settlers) settler.reject(error)
  }
}
