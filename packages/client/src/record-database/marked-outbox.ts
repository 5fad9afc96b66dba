import { compareKeys } from './key-order.ts'
import type { RecordTable, RecordTables, RowRange } from './record-database.ts'
import type { IndexKey } from './row-key.ts'
import type { MetaRow, OutboxRow } from './record-rows.ts'
import { isIn } from './row-range.ts'
import { idOf, markBetween, SentMarks } from './sent-marks.ts'
import { SentRows } from './sent-rows.ts'

/** Where the marks are kept. No user of the tables sees this row. */
export const sentMarksKey = 'sent'
const lotIndex = '[lot+order]'
const sentPlace = ['sent', 0]

/**
 * The same tables. That rows which were free are sent now, unchanged, is kept as one small row for all of them; whoever reads them sees them
 * as sent. Writing five hundred rows once more, with all their indexes, took longer than the request they were sent with.
 */
export function withMarkedOutbox(tables: RecordTables, options: MarkingOptions = {}): RecordTables {
  return { ...tables, outbox: markedOutbox(tables, options), meta: withoutMarks(tables.meta) }
}

export interface MarkingOptions {
  /** Of this database, over its transactions. */
  readonly sentRows?: SentRows
  /** The row of marks changes, which changes the outbox. */
  readonly onMarked?: () => void
}

function markedOutbox(tables: RecordTables, options: MarkingOptions): RecordTables['outbox'] {
  const { outbox } = tables
  const view = new MarkedOutbox(tables, options)
  return {
    get: async (key) => (await view.read([key]))[0],
    bulkGet: (keys) => view.read(keys),
    put: (row) => view.write([row]),
    bulkPut: (rows) => view.write(rows),
    bulkDelete: async (keys) => {
      if (keys.length > 0) await Promise.all([view.forget(keys), outbox.bulkDelete(keys)])
    },
    clear: async () => {
      await Promise.all([view.forget((await view.marks()).ids), outbox.clear()])
    },
    range: async (range) => {
      if (range.index === lotIndex) return view.rangeByLot(range)
      return view.seeAll(await Promise.all([outbox.range(range), view.marks()]))
    },
    keys: async (range) => {
      if (range.index !== lotIndex) return outbox.keys(range)
      return (await view.rangeByLot(range)).flatMap((row) => idOf(row) ?? [])
    },
    count: async (range) => {
      const [count, marks] = await Promise.all([outbox.count(range), view.marks()])
      if (range.index !== lotIndex) return count
      return count - hiddenIn(range, marks) + (isIn(sentPlace, range) ? marks.size : 0)
    },
  }
}

/** Of one transaction: the marks as it reads and changes them. */
class MarkedOutbox {
  readonly #tables: RecordTables
  readonly #sentRows: SentRows
  readonly #onMarked: () => void
  #marks: SentMarks | undefined
  #reading: Promise<unknown> | undefined
  /** As they are stored, of those that were read and not written since. */
  readonly #storedById = new Map<number, unknown>()

  constructor(tables: RecordTables, { sentRows = new SentRows(), onMarked = () => {} }: MarkingOptions) {
    this.#tables = tables
    this.#sentRows = sentRows
    this.#onMarked = onMarked
  }

  async marks(): Promise<SentMarks> {
    this.#reading ??= this.#tables.meta.get(sentMarksKey)
    const row = await this.#reading
    this.#marks ??= SentMarks.read(row)
    return this.#marks
  }

  see(stored: unknown, marks: SentMarks): unknown {
    const id = idOf(stored)
    if (id !== undefined) this.#storedById.set(id, stored)
    return marks.seen(stored)
  }

  seeAll([rows, marks]: readonly [readonly unknown[], SentMarks]): readonly unknown[] {
    return rows.map((row) => this.see(row, marks))
  }

  async rangeByLot(range: RowRange): Promise<readonly unknown[]> {
    const { outbox } = this.#tables
    const marks = await this.marks()
    const { limit } = range
    const isPartlyHidden = hiddenIn(range, marks) > 0
    const stored = isPartlyHidden ? await outbox.bulkGet(await this.#seenIdsIn(range, marks)) : await outbox.range(range)
    const others = stored.filter((row) => row !== undefined && !marks.has(idOf(row))).map((row) => this.see(row, marks))
    const marked = marks.size > 0 && isIn(sentPlace, range) ? await this.read(marks.ids) : []
    const rows = [...marked, ...others]
    if (marked.length > 0 && others.length > 0) rows.sort((left, right) => compareKeys(placeOf(left), placeOf(right)))
    return rows.slice(0, limit)
  }

  /** Rows that are hidden there may be many, and are not read for that. */
  async #seenIdsIn(range: RowRange, marks: SentMarks): Promise<readonly number[]> {
    const { limit } = range
    const ids = await this.#tables.outbox.keys(limit === undefined ? range : { ...range, limit: limit + hiddenIn(range, marks) })
    return ids.filter((id) => !marks.has(id)).slice(0, limit)
  }

  /** In the order of the ids, `undefined` where there is no row. */
  async read(ids: readonly number[]): Promise<readonly unknown[]> {
    const marks = await this.marks()
    const kept = new Map(ids.map((id) => [id, this.#sentRows.find(id, marks.markOf(id))]))
    const missing = ids.filter((id) => kept.get(id) === undefined)
    if (missing.length === 0) return ids.map((id) => kept.get(id))
    const stored = await this.#tables.outbox.bulkGet(missing)
    const seen = new Map(missing.map((id, at) => [id, this.see(stored[at], marks)]))
    return ids.map((id) => kept.get(id) ?? seen.get(id))
  }

  /** Rows that need no more than a mark get one. */
  async write(rows: readonly OutboxRow[]): Promise<void> {
    if (rows.length === 0) return
    const before = await this.marks()
    const found = new Map(
      rows.flatMap((row) => {
        const mark = before.has(row.entryId) ? undefined : markBetween(this.#storedById.get(row.entryId), row)
        if (mark === undefined) return []
        this.#sentRows.keep(row, mark)
        return [[row.entryId, mark] as const]
      }),
    )
    const marked = before.with(found)
    const isMarked = found.size > 0 && marked.isCompact
    const written = isMarked ? rows.filter(({ entryId }) => !found.has(entryId)) : rows
    for (const { entryId } of written) this.#storedById.delete(entryId)
    await this.#change((isMarked ? marked : before).without(written.map(({ entryId }) => entryId)))
    if (written.length > 0) await this.#tables.outbox.bulkPut(written)
  }

  async forget(ids: readonly number[]): Promise<void> {
    for (const id of ids) this.#storedById.delete(id)
    this.#sentRows.forget(ids)
    const marks = await this.marks()
    await this.#change(marks.without(ids))
  }

  async #change(next: SentMarks): Promise<void> {
    if (next === this.#marks) return
    this.#marks = next
    this.#onMarked()
    const { meta } = this.#tables
    if (next.size === 0) await meta.bulkDelete([sentMarksKey])
    else await meta.put({ key: sentMarksKey, value: next.stored() })
  }
}

function withoutMarks(meta: RecordTable<MetaRow, string>): RecordTable<MetaRow, string> {
  const range = async (asked: RowRange): Promise<readonly unknown[]> => {
    const { limit, ...whole } = asked
    const rows = await meta.range(whole)
    return rows.filter((row) => !isMarks(row)).slice(0, limit)
  }
  const keys = async (asked: RowRange): Promise<readonly string[]> =>
    (await meta.keys(asked)).filter((key) => key !== sentMarksKey)
  return { ...meta, range, keys, count: async (asked) => (await range(asked)).length }
}

function isMarks(row: unknown): boolean {
  return typeof row === 'object' && row !== null && 'key' in row && row.key === sentMarksKey
}

/** How many rows are stored there, and are not there. */
function hiddenIn(range: RowRange, marks: SentMarks): number {
  return marks.countWhere((order) => isIn(['free', order], range))
}

/** In the index, and among those at one place of it. */
function placeOf(row: unknown): IndexKey {
  const found = typeof row === 'object' && row !== null ? row : {}
  const member = (name: string): string | number => {
    const value: unknown = Reflect.get(found, name)
    return typeof value === 'string' || typeof value === 'number' ? value : 0
  }
  return [member('lot'), member('order'), member('entryId')]
}
