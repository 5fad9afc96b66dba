import { z } from 'zod'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { readMeta, writeMeta } from './meta-value.ts'

const metaKey = 'newestSchema'
const versionSchema = z.int()

/** To be called before anything of this version is written: a service worker of an older build then leaves the database alone. */
export function noteSchemaVersion(database: RecordDatabase, version: number): Promise<void> {
  return database.transaction('write', async (tables) => {
    const newest = await readMeta(tables, metaKey, versionSchema)
    if (newest === undefined || newest < version) await writeMeta(tables, metaKey, version)
  })
}

/** The newest schema that a page ever opened this database with; `-Infinity` where none said so. */
export async function readNewestSchema(database: RecordDatabase): Promise<number> {
  return (await database.transaction('read', (tables) => readMeta(tables, metaKey, versionSchema))) ?? -Infinity
}
