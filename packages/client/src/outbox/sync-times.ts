import { z } from 'zod'
import type { RecordTables } from '../record-database/record-database.ts'
import type { SyncTimes } from '../sync/sync-store.ts'
import { readMeta, writeMeta } from './meta-value.ts'

const time = z.number().optional()
const timesSchema = z.strictObject({
  lastPushedAt: time,
  lastPulledAt: time,
  byEntity: z.record(z.string(), z.strictObject({ lastPushedAt: time, lastPulledAt: time })),
})

/** When something was last pushed and pulled, for display. */
export async function readSyncTimes(tables: Pick<RecordTables, 'meta'>): Promise<SyncTimes> {
  const { lastPushedAt, lastPulledAt, byEntity = {} } = (await readMeta(tables, 'times', timesSchema)) ?? {}
  const entities = Object.entries(byEntity).map(([entity, times]) => [
    entity,
    { lastPushedAt: times.lastPushedAt, lastPulledAt: times.lastPulledAt },
  ])
  return { lastPushedAt, lastPulledAt, byEntity: Object.fromEntries(entities) }
}

/** `pushed` and `pulled`: the entities of what went and came; a pull that brought nothing is a pull as well. */
export async function noteSyncTimes(
  tables: Pick<RecordTables, 'meta'>,
  {
    now,
    pushed = [],
    pulled,
  }: { readonly now: number; readonly pushed?: readonly string[]; readonly pulled?: readonly string[] | undefined },
): Promise<void> {
  const before = await readSyncTimes(tables)
  const byEntity = { ...before.byEntity }
  for (const entity of new Set(pushed)) byEntity[entity] = { lastPulledAt: undefined, ...byEntity[entity], lastPushedAt: now }
  for (const entity of new Set(pulled)) byEntity[entity] = { lastPushedAt: undefined, ...byEntity[entity], lastPulledAt: now }
  await writeMeta(tables, 'times', {
    lastPushedAt: pushed.length > 0 ? now : before.lastPushedAt,
    lastPulledAt: pulled === undefined ? before.lastPulledAt : now,
    byEntity,
  })
}
