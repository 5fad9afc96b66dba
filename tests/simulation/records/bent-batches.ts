import type { OutboxRow, SyncStore } from '@rejoin/client/simulation'
import type { Ledger } from './ledger.ts'
import type { Mutant } from './mutants.ts'
import type { SimRecordDatabase } from './sim-record-database.ts'

type Batches = Pick<SyncStore, 'takeBatch' | 'settle'>
type Batch = Parameters<SyncStore['settle']>[1]
type Settling = Parameters<SyncStore['settle']>

/** How batches follow each other, with the bugs that are planted there. */
export function bentBatches(
  inner: SyncStore,
  {
    database,
    ledger,
    mutant,
  }: { readonly database: SimRecordDatabase; readonly ledger: Ledger; readonly mutant: Mutant | undefined },
): Batches {
  /** For the planted bug that settles out of order: what has to wait. */
  let held: Settling | undefined
  let chosenAhead: Batch | undefined

  return {
    takeBatch: async (fence, options) => {
      const batch = await inner.takeBatch(fence, options)
      const isAhead = options.underWay !== undefined && batch.operations.length > 0
      chosenAhead = isAhead ? batch : undefined
      if (!isAhead) return batch
      ledger.note('batch chosen while another was out')
      if (mutant === 'aheadIsNotMarked') await unmark(database, new Set(batch.operations.map(({ operationId }) => operationId)))
      return batch
    },
    settle: async (fence, batch, response, now) => {
      if (mutant !== 'settledOutOfOrder') return inner.settle(fence, batch, response, now)
      if (chosenAhead !== undefined && held === undefined) {
        held = [fence, batch, response, now]
        return { settled: batch.operations.length, raised: 0, conflicts: 0, attempts: [], isForked: false, isApplied: true }
      }
      const before = held
      held = undefined
      const outcome = await inner.settle(fence, { ...batch, checkpoint: await inner.checkpoint() }, response, now)
      if (before !== undefined) await inner.settle(...before)
      return outcome
    },
  }
}

async function unmark(database: SimRecordDatabase, operationIds: ReadonlySet<string>): Promise<void> {
  await database.database.transaction('write', async ({ outbox }) => {
    for (const row of await outbox.range({})) {
      const { firstSentAt: _sent, ...entry } = row as OutboxRow
      if (operationIds.has(entry.operation.operationId))
        await outbox.put({ ...entry, state: 'ready', lot: 'free', order: -entry.score })
    }
  })
}
