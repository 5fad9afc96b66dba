import type { RecordRow, Schema } from '@rejoin/core'
import { z } from 'zod'
import type { ConfirmedTable, RecordTables } from '../record-database/record-database.ts'
import { recordKeyOf, termsOf } from '../record-database/record-key.ts'
import { confirmedRowSchema, type ConfirmedRow } from '../record-database/record-rows.ts'
import { StoreError } from '../store/store-error.ts'
import { readMeta, writeMeta } from './meta-value.ts'

const sidesSchema = z.strictObject({
  current: z.enum(['A', 'B']),
  isResyncing: z.boolean(),
  /** Nobody knows which side is current: nothing is read before all rows were brought anew. */
  isLost: z.literal(true).optional(),
})
type Sides = z.infer<typeof sidesSchema>

/** Checks a stored row. Throws `corrupt`: what cannot be read is not shown as missing. */
export function parseConfirmed(stored: unknown): ConfirmedRow {
  const parsed = confirmedRowSchema.safeParse(stored)
  if (!parsed.success) throw new StoreError('corrupt', 'a record is damaged in the local database', { cause: parsed.error })
  return parsed.data
}

/** The server's rows on this device. Only the server's word changes them. */
export class ConfirmedRecords {
  readonly #tables: RecordTables
  readonly #schema: Schema
  /** What this transaction read and wrote: an answer names most rows twice, as a state and as a change. */
  readonly #knownByTable = new Map<ConfirmedTable, Map<string, RecordRow | undefined>>()
  #sides: Sides

  private constructor(tables: RecordTables, schema: Schema, sides: Sides) {
    this.#tables = tables
    this.#schema = schema
    this.#sides = sides
  }

  static async open(tables: RecordTables, schema: Schema): Promise<ConfirmedRecords> {
    return new ConfirmedRecords(tables, schema, await readSides(tables))
  }

  /** What the app reads. Throws `corrupt` where that is not known. */
  get current(): ConfirmedTable {
    if (this.#sides.isLost) throw new StoreError('corrupt', '"sides" is damaged in the local database')
    return this.#side(this.#sides.current)
  }

  async get(key: string): Promise<RecordRow | undefined> {
    const stored = await this.current.get(key)
    return stored === undefined ? undefined : parseConfirmed(stored).row
  }

  async bulkGet(keys: readonly string[]): Promise<ReadonlyMap<string, RecordRow>> {
    return new Map(await readRows(this.current, keys))
  }

  /** A row is replaced only by a later one: a late page cannot undo a newer answer. A resync under way gets them too, and whatever side may be current. */
  async putNewer(rows: readonly RecordRow[]): Promise<void> {
    const { current, isResyncing, isLost } = this.#sides
    await this.#putNewer(this.#side(current), rows)
    if (isResyncing || isLost) await this.putResynced(rows)
  }

  async beginResync(): Promise<void> {
    await this.#other.clear()
    this.#knownByTable.delete(this.#other)
    await this.#setSides({ ...this.#sides, isResyncing: true })
  }

  async putResynced(rows: readonly RecordRow[]): Promise<void> {
    await this.#putNewer(this.#other, rows)
  }

  /** From now on the app reads what the resync brought. `false` where none was begun. */
  async finishResync(): Promise<boolean> {
    if (!this.#sides.isResyncing) return false
    const old = this.#side(this.#sides.current)
    await this.#setSides({ current: this.#sides.current === 'A' ? 'B' : 'A', isResyncing: false })
    await old.clear()
    this.#knownByTable.delete(old)
    return true
  }

  async #putNewer(table: ConfirmedTable, rows: readonly RecordRow[]): Promise<void> {
    if (rows.length === 0) return
    const newest = new Map<string, RecordRow>()
    for (const row of rows) {
      const key = recordKeyOf(row)
      if (isLater(row, newest.get(key))) newest.set(key, row)
    }
    const known = this.#knownOf(table)
    const unknown = [...newest.keys()].filter((key) => !known.has(key))
    for (const key of unknown) known.set(key, undefined)
    if (unknown.length > 0) for (const [key, row] of await readRows(table, unknown, 'skipDamaged')) known.set(key, row)
    const newer = [...newest].filter(([key, row]) => isLater(row, known.get(key)))
    for (const [key, row] of newer) known.set(key, row)
    if (newer.length > 0) await table.bulkPut(newer.map(([key, row]) => this.#rowOf(key, row)))
  }

  #knownOf(table: ConfirmedTable): Map<string, RecordRow | undefined> {
    const known = this.#knownByTable.get(table) ?? new Map<string, RecordRow | undefined>()
    this.#knownByTable.set(table, known)
    return known
  }

  #rowOf(key: string, row: RecordRow): ConfirmedRow {
    return { key, row, terms: termsOf(row.entityType, this.#schema.entities[row.entityType], row.fields) }
  }

  async #setSides(sides: Sides): Promise<void> {
    this.#sides = sides
    await writeMeta(this.#tables, 'sides', sides)
  }

  get #other(): ConfirmedTable {
    return this.#side(this.#sides.current === 'A' ? 'B' : 'A')
  }

  #side(name: 'A' | 'B'): ConfirmedTable {
    return name === 'A' ? this.#tables.confirmedA : this.#tables.confirmedB
  }
}

async function readSides(tables: RecordTables): Promise<Sides> {
  try {
    return (await readMeta(tables, 'sides', sidesSchema)) ?? { current: 'A', isResyncing: false }
  } catch (error) {
    if (error instanceof StoreError && error.code === 'corrupt') return { current: 'A', isResyncing: false, isLost: true }
    throw error
  }
}

/**
 * By the feed's own order, then by version: a record whose tombstone the server has purged may be created once more, and its versions begin
 * again at 1 then.
 */
function isLater(row: RecordRow, than: RecordRow | undefined): boolean {
  return than === undefined || row.seq > than.seq || (row.seq === than.seq && row.version > than.version)
}

/** A damaged row counts as none where it is about to be replaced. */
async function readRows(
  table: ConfirmedTable,
  keys: readonly string[],
  damage?: 'skipDamaged',
): Promise<(readonly [string, RecordRow])[]> {
  const stored = damage === 'skipDamaged' ? await readableOf(table, keys) : await table.bulkGet(keys)
  return stored.flatMap((row) => {
    if (row === undefined || (damage === 'skipDamaged' && !confirmedRowSchema.safeParse(row).success)) return []
    const parsed = parseConfirmed(row)
    return [[parsed.key, parsed.row] as const]
  })
}

/** Of a pack that cannot be read nothing is known: what is written now stands above it. */
async function readableOf(table: ConfirmedTable, keys: readonly string[]): Promise<readonly unknown[]> {
  try {
    return await table.bulkGet(keys)
  } catch (error) {
    if (error instanceof StoreError && error.code === 'corrupt') return []
    throw error
  }
}
