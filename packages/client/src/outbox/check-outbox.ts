import type { RecordDatabase } from '../record-database/record-database.ts'
import { readOutboxRow } from '../record-database/read-outbox-row.ts'
import type { OutboxRow } from '../record-database/record-rows.ts'
import { reviveEntry } from './fail-attempt.ts'
import { inLocalTransaction, type OutboxContext } from './local-transaction.ts'
import { migrateEntry } from './migrate-entry.ts'
import { entryIdOf, entryOf } from './outbox-row.ts'

/** Rows that are looked at before the page gets its turn. */
const rowsPerSlice = 250
const unfit: ReadonlySet<string> = new Set(['unknownEntity', 'newerSchema', 'migrationFailed'])

/**
 * Looks through the outbox up to the entry `until`, in slices and short transactions; what is written later this version writes. Damaged rows are
 * set aside where a person sees them; entries that another version of the app had parked go back to their lane where this one knows them.
 */
export async function checkOutbox(
  database: RecordDatabase,
  context: OutboxContext,
  { until, yieldToHost }: { readonly until: number; readonly yieldToHost: () => Promise<void> },
): Promise<void> {
  let after = -Infinity
  for (;;) {
    const from = after
    const slice = { from, isFromOpen: true, to: until, limit: rowsPerSlice }
    const page = await database.transaction('read', ({ outbox }) => outbox.range(slice))
    const rows = page.map(readOutboxRow)
    const last = page.map(entryIdOf).at(-1)
    if (last === undefined) return
    const knownAgain = rows.flatMap((row) => (row !== undefined && isKnownAgain(context, row) ? [row.entryId] : []))
    if (knownAgain.length > 0 || rows.includes(undefined)) await mendStretch(database, context, { from, last, knownAgain })
    after = last
    await yieldToHost()
  }
}

function mendStretch(
  database: RecordDatabase,
  context: OutboxContext,
  { from, last, knownAgain }: { readonly from: number; readonly last: number; readonly knownAgain: readonly number[] },
): Promise<void> {
  return database.transaction('write', (tables) =>
    inLocalTransaction(tables, context, async ({ outbox, attention }) => {
      // Reading is enough for what is damaged: the draft sets it aside.
      for (const entry of await outbox.read({ from, isFromOpen: true, to: last })) {
        if (knownAgain.includes(entry.entryId)) outbox.put(reviveEntry(entry))
      }
      for (const { id } of await attention.aboutEntries(knownAgain)) attention.delete(id)
    }),
  )
}

function isKnownAgain({ schema }: OutboxContext, row: OutboxRow): boolean {
  return row.state === 'parked' && unfit.has(row.parkedFor ?? '') && migrateEntry(schema, entryOf(row)).type === 'fits'
}
