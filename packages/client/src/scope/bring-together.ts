import type { OutboxContext } from '../outbox/local-transaction.ts'
import { noteSchemaVersion } from '../outbox/newest-schema.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { moveOutbox } from './move-outbox.ts'

export interface BringTogether {
  readonly into: RecordDatabase
  /** Databases whose work belongs there. */
  readonly moves: readonly string[]
  readonly openDatabase: (databaseName: string) => RecordDatabase
  readonly context: OutboxContext
}

/** Readies a database for its person: what was made elsewhere on this device and is theirs is in it then. Rejects with a `StoreError`. */
export async function bringTogether({ into, moves, openDatabase, context }: BringTogether): Promise<void> {
  // In line before whatever is written next. Where it fails, so does that; and whoever follows the session hears why.
  noteSchemaVersion(into, context.schema.version).catch(toldByWhatFollows)
  for (const fromName of moves) {
    const from = openDatabase(fromName)
    try {
      await moveOutbox({ from, fromName, into, context })
    } finally {
      await from.close()
    }
  }
}

function toldByWhatFollows(): void {}
