import { z } from 'zod'
import type { RecordTable, RowRange } from './record-database.ts'
import type { IndexKey, RowKey } from './row-key.ts'

/** Rows that are read in one step; the page can do other things between two. */
const rowsPerPage = 500

/** All rows of a stretch of the primary key, read and looked at page by page in one transaction. */
export async function readPages<Row, Key extends RowKey, Seen>(
  table: RecordTable<Row, Key>,
  { primaryKey, ...range }: Pick<RowRange, 'from' | 'to' | 'isToOpen'> & { readonly primaryKey: PrimaryKey },
  look: (page: readonly unknown[]) => readonly Seen[],
): Promise<readonly Seen[]> {
  const seen: Seen[] = []
  let after: IndexKey | undefined
  for (;;) {
    const page = await table.range({
      ...range,
      ...(after !== undefined && { from: after, isFromOpen: true }),
      limit: rowsPerPage,
    })
    for (const one of look(page)) seen.push(one)
    if (page.length < rowsPerPage) return seen
    after = keySchemas[primaryKey].parse(page.at(-1))
  }
}

type PrimaryKey = keyof typeof keySchemas

const keySchemas = {
  entryId: z.object({ entryId: z.number() }).transform(({ entryId }) => entryId),
  key: z.object({ key: z.string() }).transform(({ key }) => key),
}
