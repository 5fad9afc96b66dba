import type { RecordTables } from '../record-database/record-database.ts'

/** The facts that a drainer's transactions look at, most of them in each. */
const keys = ['fence', 'device', 'sides', 'priorities', 'checkpoint', 'times']

/** The same tables of one transaction: these facts are asked for in one step, as each question is a message to another process. */
export function withRememberedMeta(tables: RecordTables): RecordTables {
  const { meta } = tables
  let reading: Promise<Map<string, unknown>> | undefined
  const remembered = (): Promise<Map<string, unknown>> =>
    (reading ??= meta.bulkGet(keys).then((rows) => new Map(keys.map((key, at) => [key, rows[at]]))))
  return {
    ...tables,
    meta: {
      ...meta,
      get: async (key) => (keys.includes(key) ? (await remembered()).get(key) : meta.get(key)),
      put: async (row) => {
        if (keys.includes(row.key)) (await remembered()).set(row.key, row)
        await meta.put(row)
      },
      bulkDelete: async (gone) => {
        for (const key of gone) if (keys.includes(key)) (await remembered()).delete(key)
        await meta.bulkDelete(gone)
      },
    },
  }
}
