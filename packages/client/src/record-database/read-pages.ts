import { z } from 'zod'
import type { IndexKey, RecordTable, RowKey, RowRange } from './record-database.ts'

/** Rows that are read in one step; the page can do other things between two. */
const rowsPerPage = 500

/** All rows of a stretch of the primary key, read page by page in one transaction. */
export async function readPages<Row, Key extends RowKey>(
  table: RecordTable<Row, Key>,
  range: Pick<RowRange, 'from' | 'to' | 'isToOpen'>,
  primaryKey: PrimaryKey = 'entryId',
): Promise<readonly unknown[]> {
  const rows: unknown[] = []
  let after: IndexKey | undefined
  for (;;) {
    const page = await table.range({
      ...range,
      ...(after !== undefined && { from: after, isFromOpen: true }),
      limit: rowsPerPage,
    })
    for (const row of page) rows.push(row)
    if (page.length < rowsPerPage) return rows
    after = keySchemas[primaryKey].parse(page.at(-1))
  }
}

type PrimaryKey = keyof typeof keySchemas

const keySchemas = {
  entryId: z.object({ entryId: z.number() }).transform(({ entryId }) => entryId),
  key: z.object({ key: z.string() }).transform(({ key }) => key),
}
