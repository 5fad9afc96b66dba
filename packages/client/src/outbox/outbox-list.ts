import type { Clock } from '@rejoin/core'
import { toIsoTime } from '../record-database/iso-time.ts'
import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'
import { readPages } from '../record-database/read-pages.ts'
import { outboxRowSchema } from '../record-database/record-rows.ts'
import type { Outbox } from './attention.ts'
import type { OutboxEntry } from './outbox-entry.ts'
import { entryOf } from './outbox-row.ts'

/** What waits for the server, for people to look at. */
export class OutboxList implements Outbox {
  readonly #database: RecordDatabase
  readonly #clock: Clock

  constructor(database: RecordDatabase, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  list(): Promise<readonly OutboxEntry[]> {
    return this.#database.transaction('read', readEntries)
  }

  subscribe(listener: (entries: readonly OutboxEntry[]) => void): () => void {
    return this.#database.live(readEntries, listener)
  }

  async export(): Promise<string> {
    // As stored, damaged ones included.
    const entries = await this.#database.transaction('read', ({ outbox }) => readPages(outbox, {}))
    return JSON.stringify({ exportedAt: toIsoTime(this.#clock.now()), entries }, undefined, 2)
  }
}

/** What cannot be read is in the attention list instead. */
async function readEntries({ outbox }: RecordTables): Promise<readonly OutboxEntry[]> {
  const rows = await readPages(outbox, {})
  return rows.flatMap((row) => {
    const parsed = outboxRowSchema.safeParse(row)
    return parsed.success ? [entryOf(parsed.data)] : []
  })
}
