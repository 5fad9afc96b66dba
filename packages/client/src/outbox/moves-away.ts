import { z } from 'zod'
import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'
import { readMeta, writeMeta } from './meta-value.ts'

const metaKey = 'movesAway'
const markSchema = z.literal(true)

/**
 * What waits here belongs into another database, which remembers by its place how far it took it. To be called before the first of it is taken:
 * what another tab put into an old place from then on would be deleted as something that was taken.
 */
export async function noteMovesAway(database: RecordDatabase): Promise<void> {
  await database.transaction('write', async (tables) => {
    if (!(await areOldPlacesGone(tables))) await writeMeta(tables, metaKey, true)
  })
}

/** Whether a place in the queue that was given before may not be given again. */
export async function areOldPlacesGone(tables: Pick<RecordTables, 'meta'>): Promise<boolean> {
  return (await readMeta(tables, metaKey, markSchema)) === true
}
