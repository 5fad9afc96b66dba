import type { RecordDatabase } from '../record-database/record-database.ts'
import { readPages } from '../record-database/read-pages.ts'
import { inLocalTransaction, type OutboxContext } from './local-transaction.ts'
import { requestEntryOf } from './request-rows.ts'
import { setDamagedAside } from './take-request.ts'

/** Looks through the requests of the app: damaged ones are set aside where a person sees them. */
export async function checkRequests(database: RecordDatabase, context: OutboxContext): Promise<void> {
  const isDamaged = (row: unknown): boolean => requestEntryOf(row) === undefined
  const damaged = await database.transaction('read', ({ requests }) =>
    readPages(requests, { primaryKey: 'entryId' }, (page) => page.filter(isDamaged)),
  )
  if (damaged.length === 0) return
  await database.transaction('write', (tables) =>
    inLocalTransaction(tables, context, async (local) => {
      // Read again: another tab may have been quicker.
      const still = await readPages(tables.requests, { primaryKey: 'entryId' }, (page) => page.filter(isDamaged))
      for (const row of still) await setDamagedAside(local, context, row)
    }),
  )
}
