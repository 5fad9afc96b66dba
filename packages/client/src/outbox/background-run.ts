import { z } from 'zod'
import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'
import type { BackgroundRun } from '../sync/background-run.ts'
import { readMeta, writeMeta } from './meta-value.ts'

const metaKey = 'backgroundRun'

const runSchema = z.object({
  current: z.int().nonnegative(),
  total: z.int().nonnegative(),
  settled: z.int().nonnegative(),
  at: z.number(),
})

/** How far a delivery is that takes several events of the service worker. The total is frozen, so that the share never falls. */
export interface BackgroundProgress {
  readonly current: number
  readonly total: number
}

/**
 * Where the delivery stands when a service worker begins an event: it goes on with the one under way, or begins another. What was settled by
 * somebody else, or by a worker that was killed before it could say so, is seen by what is still pending.
 */
export async function resumeBackgroundRun(database: RecordDatabase, pending: number): Promise<BackgroundProgress> {
  const run = await database.transaction('read', readRun)
  if (run === undefined || run.current >= run.total) return { current: 0, total: pending }
  return { current: Math.max(run.current, run.total - pending), total: run.total }
}

/** Keeps how far it is by now. `settled`: since this was last called. */
export function noteBackgroundRun(
  database: RecordDatabase,
  { progress, settled, now }: { readonly progress: BackgroundProgress; readonly settled: number; readonly now: number },
): Promise<void> {
  return database.transaction('write', async (tables) => {
    const before = await readRun(tables)
    await writeMeta(tables, metaKey, { ...progress, settled: (before?.settled ?? 0) + settled, at: now })
  })
}

/** What a page may tell its person of: once, in one tab. `undefined`: nothing was delivered without a page. */
export function takeBackgroundRun(database: RecordDatabase): Promise<BackgroundRun | undefined> {
  return database.transaction('write', async (tables) => {
    const run = await readRun(tables)
    if (run === undefined) return undefined
    await tables.meta.bulkDelete([metaKey])
    const { settled, at, current, total } = run
    return settled === 0 ? undefined : { settled, at, isComplete: current >= total }
  })
}

function readRun(tables: Pick<RecordTables, 'meta'>): Promise<z.infer<typeof runSchema> | undefined> {
  return readMeta(tables, metaKey, runSchema)
}
