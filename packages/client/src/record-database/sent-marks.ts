import { z } from 'zod'
import { StoreError } from '../store/store-error.ts'
import type { OutboxRow } from './record-rows.ts'

/** What the rows of a request have in common when they are sent for the first time. */
export interface SentMark {
  readonly firstSentAt: number
  readonly tenantId: string
  /** Their place among the free ones, as it is stored. */
  readonly order: number
}

const marksSchema = z.array(
  z.strictObject({
    firstSentAt: z.number(),
    tenantId: z.string(),
    order: z.number(),
    /** First and last of whole numbers without a gap. */
    runs: z.array(z.tuple([z.int(), z.int()])),
  }),
)
export type StoredMarks = z.infer<typeof marksSchema>

const metaRowSchema = z.object({ value: marksSchema })

/** Read whenever the outbox is; with more stretches than this, rows are written themselves. */
const runsMax = 64

/** Rows that were sent since they were stored, though they do not say so themselves. Never changed in place. */
export class SentMarks {
  readonly #markById: ReadonlyMap<number, SentMark>
  #stored: StoredMarks | undefined

  constructor(markById: ReadonlyMap<number, SentMark> = new Map()) {
    this.#markById = markById
  }

  static read(metaRow: unknown): SentMarks {
    if (metaRow === undefined) return new SentMarks()
    const parsed = metaRowSchema.safeParse(metaRow)
    if (!parsed.success) throw new StoreError('corrupt', '"sent" is damaged in the local database', { cause: parsed.error })
    const markById = new Map<number, SentMark>()
    for (const { runs, ...mark } of parsed.data.value)
      for (const [first, last] of runs) for (let id = first; id <= last; id++) markById.set(id, mark)
    return new SentMarks(markById)
  }

  stored(): StoredMarks {
    return (this.#stored ??= this.#toStored())
  }

  #toStored(): StoredMarks {
    const storedByMark = new Map<SentMark, StoredMarks[number]>()
    for (const id of this.ids) {
      const mark = this.#markById.get(id)
      if (mark === undefined) continue
      const stored = storedByMark.get(mark) ?? { ...mark, runs: [] }
      storedByMark.set(mark, stored)
      const run = stored.runs.at(-1)
      if (run?.[1] === id - 1) run[1] = id
      else stored.runs.push([id, id])
    }
    return [...storedByMark.values()]
  }

  /** Whether more may be added: answers to some of a request can leave any number of stretches, but none are made. */
  get isCompact(): boolean {
    return this.stored().reduce((count, { runs }) => count + runs.length, 0) <= runsMax
  }

  get size(): number {
    return this.#markById.size
  }

  /** In their order. */
  get ids(): readonly number[] {
    return [...this.#markById.keys()].toSorted((left, right) => left - right)
  }

  has(id: number | undefined): boolean {
    return id !== undefined && this.#markById.has(id)
  }

  /** `undefined` where it has none. */
  markOf(id: number): SentMark | undefined {
    return this.#markById.get(id)
  }

  /** How many of them are stored in a place like this. */
  countWhere(isThere: (order: number) => boolean): number {
    const isThereByMark = new Map<SentMark, boolean>()
    let count = 0
    for (const mark of this.#markById.values()) {
      const isSo = isThereByMark.get(mark) ?? isThere(mark.order)
      isThereByMark.set(mark, isSo)
      if (isSo) count++
    }
    return count
  }

  without(ids: readonly number[]): SentMarks {
    if (!ids.some((id) => this.#markById.has(id))) return this
    const markById = new Map(this.#markById)
    for (const id of ids) markById.delete(id)
    return new SentMarks(markById)
  }

  /** Equal marks become one object: they are counted and stored by that. */
  with(added: ReadonlyMap<number, SentMark>): SentMarks {
    if (added.size === 0) return this
    const markByText = new Map([...new Set(this.#markById.values())].map((mark) => [textOf(mark), mark]))
    const markById = new Map(this.#markById)
    for (const [id, mark] of added) {
      const text = textOf(mark)
      const one = markByText.get(text) ?? mark
      markByText.set(text, one)
      markById.set(id, one)
    }
    return new SentMarks(markById)
  }

  /** The row as it is: a damaged one stays as it was stored. */
  seen(stored: unknown): unknown {
    const mark = this.#markById.get(idOf(stored) ?? 0)
    return mark !== undefined && isRowLike(stored) ? asSent(stored, mark) : stored
  }
}

function textOf({ firstSentAt, order, tenantId }: SentMark): string {
  return `${firstSentAt} ${order} ${tenantId}`
}

/** The mark that makes the row of what is stored; `undefined` where it takes more than that. */
export function markBetween(stored: unknown, row: OutboxRow): SentMark | undefined {
  const { firstSentAt, operation, state } = row
  if (state !== 'sent' || firstSentAt === undefined || operation.tenantId === undefined || !isRowLike(stored)) return undefined
  const { state: before, lot, order } = stored
  if (before !== 'ready' || lot !== 'free' || stored.firstSentAt !== undefined || stored.nextRetryAt !== undefined)
    return undefined
  const mark = { firstSentAt, tenantId: operation.tenantId, order }
  return isSame(asSent(stored, mark), row) ? mark : undefined
}

type RowLike = Pick<OutboxRow, 'entryId' | 'state' | 'lot' | 'order' | 'recordKey' | 'operation'> & Partial<OutboxRow>

/** Enough to be seen as sent; what else it holds is for its reader to check. */
function isRowLike(stored: unknown): stored is RowLike {
  if (typeof stored !== 'object' || stored === null || !('operation' in stored)) return false
  const hasOrder = 'order' in stored && typeof stored.order === 'number'
  return hasOrder && typeof stored.operation === 'object' && stored.operation !== null
}

/** Members in the order in which they are written otherwise. */
function asSent({ recordKey, lot: _lot, order: _order, waitsOn, terms, ...entry }: RowLike, mark: SentMark): unknown {
  return {
    ...entry,
    operation: { ...entry.operation, tenantId: mark.tenantId },
    state: 'sent',
    firstSentAt: mark.firstSentAt,
    recordKey,
    lot: 'sent',
    order: 0,
    ...(waitsOn !== undefined && { waitsOn }),
    ...(terms !== undefined && { terms }),
  }
}

/** A member that is `undefined` is not there. Quick, because it is asked of every row of a request. */
function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
  if (Array.isArray(left) !== Array.isArray(right)) return false
  for (const name of Object.keys(left)) if (!isSame(Reflect.get(left, name), Reflect.get(right, name))) return false
  return Object.keys(right).every((name) => Object.hasOwn(left, name) || Reflect.get(right, name) === undefined)
}

/** The table's own key: no row is without it, however damaged. */
export function idOf(row: unknown): number | undefined {
  return typeof row === 'object' && row !== null && 'entryId' in row && typeof row.entryId === 'number' ? row.entryId : undefined
}
