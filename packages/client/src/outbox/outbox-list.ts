import type { Clock } from '@rejoin/core'
import { toIsoTime } from '../record-database/iso-time.ts'
import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'
import { readPages } from '../record-database/read-pages.ts'
import type { Outbox } from './attention.ts'
import type { OutboxEntry } from './outbox-entry.ts'
import { exportRequests, inOrder, readRequests } from './list-requests.ts'
import { parseEntries } from './outbox-row.ts'

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
    const entries = await this.#database.transaction('read', async (tables) => [
      ...(await readPages(tables.outbox, { primaryKey: 'entryId' }, (page) => page)),
      ...(await exportRequests(tables)),
    ])
    return JSON.stringify({ exportedAt: toIsoTime(this.#clock.now()), entries }, undefined, 2)
  }
}

/** What cannot be read is in the attention list instead. */
async function readEntries(tables: RecordTables): Promise<readonly OutboxEntry[]> {
  const operations = await readPages(tables.outbox, { primaryKey: 'entryId' }, parseEntries)
  return inOrder(operations, await readRequests(tables))
}
