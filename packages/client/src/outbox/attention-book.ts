import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'
import { recordKeyOf } from '../record-database/record-key.ts'
import type { AttentionRow } from '../record-database/record-rows.ts'
import type { AttentionItem } from './attention.ts'
import type { DeviceFacts } from './device-facts.ts'
import type { QueuedOperation } from './outbox-entry.ts'
import { parseAttention } from './parse-attention.ts'

export type AttentionDraft = Omit<AttentionItem, 'id' | 'isDismissed'>

/** The attention list inside one transaction. */
export class AttentionBook {
  readonly #table: RecordTables['attention']
  readonly #device: DeviceFacts
  readonly #raised: AttentionRow[] = []
  readonly #deleted = new Set<number>()

  constructor(table: RecordTables['attention'], device: DeviceFacts) {
    this.#table = table
    this.#device = device
  }

  get raisedCount(): number {
    return this.#raised.length
  }

  raise(draft: AttentionDraft): void {
    this.#raised.push({ ...draft, id: this.#device.nextAttentionId(), isDismissed: false, recordKey: recordKeyOf(draft) })
  }

  /** A stored entry that is not what this code wrote: it is kept as it was found. */
  raiseUnreadable(raw: unknown, now: number): void {
    this.raise({
      kind: 'unreadable',
      entityType: '',
      recordId: '',
      title: 'A change that cannot be read',
      operation: undefined,
      entryId: undefined,
      code: undefined,
      message: 'A change that waited on this device is damaged. It was set aside as it was found; export it to look at it.',
      lostFields: [],
      serverState: undefined,
      raw,
      at: now,
    })
  }

  async get(id: number): Promise<AttentionItem | undefined> {
    const row = await this.#table.get(id)
    return row === undefined ? undefined : parseAttention(row)
  }

  /** What is said of these entries that are in the outbox. */
  async aboutEntries(entryIds: readonly number[]): Promise<readonly AttentionItem[]> {
    const found = await Promise.all(entryIds.map((id) => this.#table.range({ index: 'entryId', from: id, to: id })))
    return found.flat().map(parseAttention)
  }

  delete(id: number): void {
    this.#deleted.add(id)
  }

  async put(item: AttentionItem): Promise<void> {
    await this.#table.put({ ...item, recordKey: recordKeyOf(item) })
  }

  /** `titleOf`: with the record's name. It only adds to the title that an item has. */
  async flush(titleOf: (operation: QueuedOperation) => Promise<string>): Promise<void> {
    if (this.#deleted.size > 0) await this.#table.bulkDelete([...this.#deleted])
    const rows: AttentionRow[] = []
    for (const row of this.#raised) {
      const title = row.operation === undefined ? row.title : await titleOf(row.operation)
      rows.push(title.startsWith(row.title) ? { ...row, title } : row)
    }
    if (rows.length > 0) await this.#table.bulkPut(rows)
  }
}

export function listAttention(
  tables: Parameters<Parameters<RecordDatabase['transaction']>[1]>[0],
): Promise<readonly AttentionItem[]> {
  return tables.attention.range({}).then((rows) => rows.map(parseAttention))
}
