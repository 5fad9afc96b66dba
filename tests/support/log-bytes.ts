import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { RunningServer } from './start-server.ts'
import { waitFor } from './wait-for.ts'

/** What was appended, in the journal or moved to its place, and what was folded. */
function readLogBytes(server: RunningServer): number {
  using database = new DatabaseSync(join(server.dataDir, 'documents.sqlite'))
  const sum = database
    .prepare(
      `SELECT (SELECT total(length(runs) + length(body)) FROM journal)
            + (SELECT total(length(value)) FROM log_segment)
            + (SELECT total(length(value)) FROM snapshot) AS bytes`,
    )
    .get()
  return Number(sum?.['bytes'])
}

/** What the documents of a server take in its log, once it has come to rest: after a commit it moves some rows to their places. */
export async function readRestingLogBytes(server: RunningServer): Promise<number> {
  let last: number | undefined
  return await waitFor('the log rests', async () => {
    const bytes = readLogBytes(server)
    const isResting = bytes === last
    last = bytes
    return isResting ? bytes : undefined
  })
}
