import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { RunningServer } from './start-server.ts'

/** What the documents of a server take in its log: what was appended, in the journal or moved to its place, and what was folded. */
export function readLogBytes(server: RunningServer): number {
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
