import type { RecordTable } from './record-database.ts'
import type { MetaRow } from './record-rows.ts'

/** First and last key of what most transactions look at. Between them lie packs of rows, and the last runs, which are large. */
const stretches = [
  ['checkpoint', 'fence'],
  ['packs', 'priorities'],
  ['sent', 'times'],
] as const

type MetaTable = RecordTable<MetaRow, string>
type Rows = Map<string, unknown>

/** The same table of one transaction: small facts that lie together are read together, and once, as each question is a message to another process. */
export function withGatheredMeta(meta: MetaTable): MetaTable {
  const reading = new Map<(typeof stretches)[number], Promise<Rows>>()
  const stretchOf = (key: string) => stretches.find(([from, to]) => key >= from && key <= to)
  const gather = async ([from, to]: (typeof stretches)[number]): Promise<Rows> =>
    new Map((await meta.range({ from, to })).map((row) => [keyOf(row), row]))
  const get = async (key: string): Promise<unknown> => {
    const stretch = stretchOf(key)
    if (stretch === undefined) return meta.get(key)
    const rows = reading.get(stretch) ?? gather(stretch)
    reading.set(stretch, rows)
    return (await rows).get(key)
  }
  /** What is read already is changed with what is stored. */
  const note = async (keys: readonly string[], change: (rows: Rows, key: string) => void): Promise<void> => {
    for (const key of keys) {
      const stretch = stretchOf(key)
      const rows = stretch && reading.get(stretch)
      if (rows !== undefined) change(await rows, key)
    }
  }
  const bulkPut = async (rows: readonly MetaRow[]): Promise<void> => {
    for (const row of rows) await note([row.key], (known, key) => known.set(key, row))
    await meta.bulkPut(rows)
  }
  return {
    ...meta,
    get,
    bulkGet: (keys) => Promise.all(keys.map(get)),
    put: async (row) => {
      await note([row.key], (known, key) => known.set(key, row))
      await meta.put(row)
    },
    bulkPut,
    bulkDelete: async (keys) => {
      await note(keys, (known, key) => known.delete(key))
      await meta.bulkDelete(keys)
    },
    clear: async () => {
      reading.clear()
      await meta.clear()
    },
  }
}

function keyOf(row: unknown): string {
  return typeof row === 'object' && row !== null && 'key' in row && typeof row.key === 'string' ? row.key : ''
}
