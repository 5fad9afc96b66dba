import type { RecordTable } from './record-database.ts'
import type { MetaRow } from './record-rows.ts'

/** First and last key of what most transactions look at. Between them lie packs of rows, and the last runs, which are large. */
const stretches = [
  ['checkpoint', 'fence'],
  ['packs', 'priorities'],
  ['sent', 'times'],
] as const

type MetaTable = RecordTable<MetaRow, string>
type Rows = ReadonlyMap<string, unknown>
type Stretch = (typeof stretches)[number]

/** The small facts of one transaction. `flush` is to be called at its end. */
export interface GatheredMeta {
  readonly meta: MetaTable
  readonly flush: () => Promise<void>
}

/**
 * The same table of one transaction: small facts that lie together are read together, and once, and are written together at the end, as each
 * question is a message to another process.
 */
export function gatherMeta(meta: MetaTable): GatheredMeta {
  const reading = new Map<Stretch, Promise<Rows>>()
  /** `undefined`: is to be deleted. */
  const unwritten = new Map<string, MetaRow | undefined>()
  const gather = async ([from, to]: Stretch): Promise<Rows> =>
    new Map((await meta.range({ from, to })).map((row) => [keyOf(row), row]))
  const get = async (key: string): Promise<unknown> => {
    const stretch = stretchOf(key)
    if (stretch === undefined) return meta.get(key)
    if (unwritten.has(key)) return unwritten.get(key)
    const rows = reading.get(stretch) ?? gather(stretch)
    reading.set(stretch, rows)
    return (await rows).get(key)
  }
  const bulkPut = async (rows: readonly MetaRow[]): Promise<void> => {
    const others = rows.filter(({ key }) => stretchOf(key) === undefined)
    for (const row of rows) if (stretchOf(row.key) !== undefined) unwritten.set(row.key, row)
    if (others.length > 0) await meta.bulkPut(others)
  }
  const bulkDelete = async (keys: readonly string[]): Promise<void> => {
    const others = keys.filter((key) => stretchOf(key) === undefined)
    for (const key of keys) if (stretchOf(key) !== undefined) unwritten.set(key, undefined)
    if (others.length > 0) await meta.bulkDelete(others)
  }
  const flush = async (): Promise<void> => {
    const rows = [...unwritten.values()].filter((row) => row !== undefined)
    const gone = [...unwritten].flatMap(([key, row]) => (row === undefined ? [key] : []))
    unwritten.clear()
    reading.clear()
    await Promise.all([rows.length > 0 && meta.bulkPut(rows), gone.length > 0 && meta.bulkDelete(gone)])
  }
  /** Who looks at more than single facts looks at what is stored. */
  const afterFlush = async <T>(look: () => Promise<T>): Promise<T> => {
    await flush()
    return look()
  }
  return {
    flush,
    meta: {
      get,
      bulkGet: (keys) => Promise.all(keys.map(get)),
      put: (row) => bulkPut([row]),
      bulkPut,
      bulkDelete,
      clear: () => afterFlush(() => meta.clear()),
      range: (range) => afterFlush(() => meta.range(range)),
      keys: (range) => afterFlush(() => meta.keys(range)),
      count: (range) => afterFlush(() => meta.count(range)),
    },
  }
}

function stretchOf(key: string): Stretch | undefined {
  return stretches.find(([from, to]) => key >= from && key <= to)
}

function keyOf(row: unknown): string {
  return typeof row === 'object' && row !== null && 'key' in row && typeof row.key === 'string' ? row.key : ''
}
