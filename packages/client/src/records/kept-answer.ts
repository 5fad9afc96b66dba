import type { JsonObject, Schema } from '@rejoin/core'
import { ConfirmedRecords } from '../outbox/confirmed-records.ts'
import type { FollowedRead } from '../record-database/follow-reads.ts'
import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'
import { recordKeyOf } from '../record-database/record-key.ts'
import type { WrittenRows } from '../record-database/written-rows.ts'
import { KnownEntries } from './known-entries.ts'
import { mergeSorted } from './merge-sorted.ts'
import { orderOf, selectRecords, type AnyQuery, type AnyRecord } from './query-records.ts'
import { readCandidates, type RecordParts } from './read-records.ts'
import { readWritten } from './read-written.ts'

export interface KeptAnswerOptions {
  readonly database: RecordDatabase
  readonly schema: Schema
  readonly entityType: string
  readonly query: AnyQuery
  /** What of the query can be looked up. */
  readonly where: JsonObject
  /** Lets the page do what waits, between two slices of work. */
  readonly yieldToHost: () => Promise<void>
}

/** So many changed records are read one by one whatever the size of the answer. */
const changesMin = 200

/** What was read: either everything again, or the records that changed. */
interface Reading {
  readonly side: Side
  readonly records: readonly RecordParts[]
  /** `undefined`: these are changes of what was kept. */
  readonly whole: { readonly isWhole: boolean } | undefined
}

type Side = 'confirmedA' | 'confirmedB'

/** What one query was answered with, and as much as is needed to bring it up to date by reading only what changed. */
interface Kept {
  readonly side: Side
  /** The entries are those of all records, not only of those that were looked up. */
  readonly isWhole: boolean
  readonly recordCount: number
  readonly entries: KnownEntries
  /** All that fit, however few are asked for: one that leaves makes room for the next. */
  readonly sorted: readonly AnyRecord[]
}

/** The answer to one query, kept from one change to the next: a long list is read once. */
export class KeptAnswer {
  readonly #options: KeptAnswerOptions
  #kept: Kept | undefined

  constructor(options: KeptAnswerOptions) {
    this.#options = options
  }

  /** The answer as it is now. After an error it is read anew. */
  async read(takeWritten: () => readonly WrittenRows[]): Promise<FollowedRead<readonly AnyRecord[], WrittenRows>> {
    const { database, query } = this.#options
    const before = this.#kept
    this.#kept = undefined
    const reading = await database.transaction('read', (tables) => this.#look(tables, before, takeWritten))
    const kept = await this.#bringUp(reading, before)
    this.#kept = kept
    const { limit } = query
    return {
      result: limit === undefined ? kept.sorted : kept.sorted.slice(0, limit),
      isTouchedBy: (written) => this.#isTouchedBy(kept, written),
    }
  }

  async #look(tables: RecordTables, before: Kept | undefined, takeWritten: () => readonly WrittenRows[]): Promise<Reading> {
    const { schema, entityType, where } = this.#options
    const { current } = await ConfirmedRecords.open(tables, schema)
    const side = current === tables.confirmedA ? 'confirmedA' : 'confirmedB'
    const written = takeWritten()
    if (before?.side === side && !written.some(({ isEverything }) => isEverything)) {
      const { entries, isWhole } = before
      const changesMax = Math.max(changesMin, isWhole ? before.recordCount / 2 : 0)
      const records = await readWritten(tables, { schema, entityType, side, written, entries, isWhole, changesMax })
      if (records !== undefined) return { side, records, whole: undefined }
    }
    const { records, isWhole } = await readCandidates(tables, schema, { entityType, where })
    return { side, records, whole: { isWhole } }
  }

  async #bringUp({ side, records, whole }: Reading, before: Kept | undefined): Promise<Kept> {
    const { schema, entityType, yieldToHost } = this.#options
    const { limit: _limit, ...query } = this.#options.query
    const found = await selectRecords(records, query, { schema, yieldToHost })
    const entries = whole !== undefined || before === undefined ? new KnownEntries() : before.entries
    for (const { recordId, entries: own } of records) entries.set(recordKeyOf({ entityType, recordId }), own)
    if (whole !== undefined || before === undefined)
      return { side, isWhole: whole?.isWhole ?? false, recordCount: records.length, entries, sorted: found }
    const changed = new Set(records.map(({ recordId }) => recordId))
    const others = changed.size === 0 ? before.sorted : before.sorted.filter(({ id }) => !changed.has(id))
    return { ...before, entries, sorted: mergeSorted(others, found, orderOf(query)) }
  }

  #isTouchedBy({ side, entries }: Kept, written: WrittenRows): boolean {
    const { entityType } = this.#options
    return (
      written.isEverything ||
      written.keys(side, entityType).size > 0 ||
      written.keys('entries', entityType).size > 0 ||
      entries.holdsAny(written.keys('deletedEntries', ''))
    )
  }
}
