import type { RowKey } from '../record-database/row-key.ts'
import type { RecordParts } from './read-records.ts'

/** Which entries lie over which records, by their numbers. */
export class KnownEntries {
  readonly #idsByKey = new Map<string, readonly number[]>()
  readonly #keyById = new Map<RowKey, string>()

  /** These and no others are the record's. */
  set(recordKey: string, entries: RecordParts['entries']): void {
    for (const id of this.of(recordKey)) this.#keyById.delete(id)
    for (const { entryId } of entries) this.#keyById.set(entryId, recordKey)
    if (entries.length === 0) this.#idsByKey.delete(recordKey)
    else
      this.#idsByKey.set(
        recordKey,
        entries.map(({ entryId }) => entryId),
      )
  }

  of(recordKey: string): readonly number[] {
    return this.#idsByKey.get(recordKey) ?? []
  }

  recordOf(entryId: RowKey): string | undefined {
    return this.#keyById.get(entryId)
  }

  holdsAny(entryIds: ReadonlySet<RowKey>): boolean {
    for (const id of entryIds) if (this.#keyById.has(id)) return true
    return false
  }
}
