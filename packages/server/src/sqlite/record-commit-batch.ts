import type { RecordsCommit } from '../records/record-store.ts'
import type { TenantCommit } from './record-writer.ts'

/** What fits into one transaction; more waits for the next. */
const transactionRowsMax = 4_000

/** Commits of records that are to be written together. */
export class RecordCommitBatch {
  readonly commits: TenantCommit[] = []
  readonly #settlers: PromiseWithResolvers<'committed' | 'stale'>[] = []
  #rows = 0

  get isFull(): boolean {
    return this.#rows >= transactionRowsMax
  }

  add(tenant: string, commit: RecordsCommit): Promise<'committed' | 'stale'> {
    const settler = Promise.withResolvers<'committed' | 'stale'>()
    this.commits.push({ tenant, commit })
    this.#settlers.push(settler)
    this.#rows += commit.records.length + commit.verdicts.length
    return settler.promise
  }

  settle(outcomes: readonly ('committed' | 'stale')[]): void {
    for (const [index, settler] of this.#settlers.entries()) settler.resolve(outcomes[index] ?? 'stale')
  }

  fail(error: unknown): void {
    for (const settler of this.#settlers) settler.reject(error)
  }
}
