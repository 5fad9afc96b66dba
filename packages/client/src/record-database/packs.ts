import { z } from 'zod'
import { StoreError } from '../store/store-error.ts'
import { parseJson } from './parse-json.ts'
import { nameOf, type ConfirmedSide, type Pack, type PackedRows, type PackName } from './packed-rows.ts'
import type { ConfirmedTable, RecordTables } from './record-database.ts'
import { confirmedRowSchema, type ConfirmedRow } from './record-rows.ts'

/** Which packs there are. No user of the tables sees this row, nor the packs. */
export const packListKey = 'packs'
const packKeyOf = ({ id }: PackName): string => `pack/${id}`

const packNamesSchema = z.array(z.strictObject({ id: z.int(), name: z.string() }))
const packListSchema = z.object({
  value: z.strictObject({ nextId: z.int(), A: packNamesSchema, B: packNamesSchema }),
})
export type PackList = z.infer<typeof packListSchema>['value']

/** JSON: as one text rows are written in half the time. Those of earlier builds lie there as they are. */
const packSchema = z.object({
  value: z.preprocess((value) => (typeof value === 'string' ? parseJson(value) : value), z.array(confirmedRowSchema)),
})

/** There is none of this name, so that reading it says that something is damaged. */
const lost: PackName = { id: 0, name: 'lost' }
/** In place of a list that cannot be read: on either side something may be missing, until it is cleared. */
const lostList: PackList = { nextId: 1, A: [lost], B: [lost] }

/** More at once are not left to later. */
const packsMax = 24

export type PackedTables = Pick<RecordTables, 'confirmedA' | 'confirmedB' | 'meta'>

/** The packs of both sides, as one transaction reads and changes them. */
export class Packs {
  readonly #tables: PackedTables
  readonly #packed: PackedRows
  #list: PackList | undefined
  #reading: Promise<unknown> | undefined

  constructor(tables: PackedTables, packed: PackedRows) {
    this.#tables = tables
    this.#packed = packed
  }

  get packFrom(): number {
    return this.#packed.packFrom
  }

  async list(): Promise<PackList> {
    this.#reading ??= this.#tables.meta.get(packListKey)
    const row = await this.#reading
    if (this.#list === undefined) {
      this.#list = row === undefined ? { nextId: 1, A: [], B: [] } : (packListSchema.safeParse(row).data?.value ?? lostList)
      this.#packed.retain([...this.#list.A, ...this.#list.B])
    }
    return this.#list
  }

  /** The later ones first. */
  async of(side: ConfirmedSide): Promise<readonly Pack[]> {
    const { [side]: names } = await this.list()
    const packs = await Promise.all(names.map((name) => this.#read(name)))
    return packs.toReversed()
  }

  /** All keys in order. */
  async keysOf(side: ConfirmedSide): Promise<readonly string[]> {
    const { [side]: names } = await this.list()
    return this.#packed.keysOf(names, await this.of(side))
  }

  async add(side: ConfirmedSide, rows: readonly ConfirmedRow[]): Promise<void> {
    if ((await this.list())[side].length >= packsMax) await this.#makeRoom(side)
    const { nextId, ...list } = await this.list()
    const name = { id: nextId, name: nameOf(rows) }
    this.#packed.keep(name, new Map(rows.map((row) => [row.key, row])))
    this.#packed.madeCount++
    await Promise.all([
      this.#tables.meta.put({ key: packKeyOf(name), value: JSON.stringify(rows) }),
      this.#setList({ ...list, nextId: nextId + 1, [side]: [...list[side], name] }),
    ])
  }

  async unpackOldest(side: ConfirmedSide): Promise<void> {
    const [oldest, ...later] = (await this.of(side)).toReversed()
    if (oldest === undefined) return
    const rows = [...oldest.values()].filter(({ key }) => !later.some((pack) => pack.has(key)))
    await tableOf(this.#tables, side).bulkPut(rows)
    const list = await this.list()
    await this.#remove(side, list[side].slice(0, 1))
  }

  /** A pack that cannot be read stays: all rows are brought anew then. */
  async #makeRoom(side: ConfirmedSide): Promise<void> {
    if ((await this.readable(side)) !== undefined) await this.unpackOldest(side)
  }

  /** As `of`; `undefined` where one of them is damaged, and nobody knows what it covers. */
  async readable(side: ConfirmedSide): Promise<readonly Pack[] | undefined> {
    try {
      return await this.of(side)
    } catch (error) {
      if (error instanceof StoreError && error.code === 'corrupt') return undefined
      throw error
    }
  }

  async unpackAll(side: ConfirmedSide): Promise<void> {
    while ((await this.list())[side].length > 0) await this.unpackOldest(side)
  }

  /** With packs that no list names any more. */
  async clear(side: ConfirmedSide): Promise<void> {
    const { [side]: names, [side === 'A' ? 'B' : 'A']: others } = await this.list()
    const kept = new Set(others.map(packKeyOf))
    const all = await this.#tables.meta.keys({ from: 'pack/', to: 'pack0', isToOpen: true })
    await this.#tables.meta.bulkDelete(all.filter((key) => !kept.has(key)))
    await this.#remove(side, names)
  }

  async #remove(side: ConfirmedSide, names: readonly PackName[]): Promise<void> {
    if (names.length === 0) return
    const list = await this.list()
    await Promise.all([
      this.#tables.meta.bulkDelete(names.map(packKeyOf)),
      this.#setList({ ...list, [side]: list[side].filter((name) => !names.includes(name)) }),
    ])
  }

  async #setList(list: PackList): Promise<void> {
    this.#list = list
    await this.#tables.meta.put({ key: packListKey, value: list })
  }

  async #read(name: PackName): Promise<Pack> {
    const known = this.#packed.find(name)
    if (known !== undefined) return known
    const { value } = checked(packSchema, await this.#tables.meta.get(packKeyOf(name)))
    const pack = new Map(value.map((row) => [row.key, row]))
    this.#packed.keep(name, pack)
    return pack
  }
}

function tableOf(tables: PackedTables, side: ConfirmedSide): ConfirmedTable {
  return side === 'A' ? tables.confirmedA : tables.confirmedB
}

function checked<T>(schema: z.ZodType<T>, row: unknown): T {
  const parsed = schema.safeParse(row)
  if (!parsed.success) throw new StoreError('corrupt', 'records are damaged in the local database', { cause: parsed.error })
  return parsed.data
}
