import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'

/** Before this version a checkpoint could corrupt the database in WAL mode. */
const sqliteVersionMin = [3, 51, 3] as const
const busyTimeoutMs = 5_000
const writerCacheKiB = 32 * 1024
/** The log file is cut back to this size after a burst. */
const walBytesKept = 64 * 1024 * 1024
/** Checking a larger file would delay the start for too long; checksums guard the content in any case. */
const checkedAtOpenBytesMax = 128 * 1024 * 1024

/** Settings without which a commit is not durable or the file not safe: set, then read back. */
const required: Readonly<Record<string, string | number>> = {
  journal_mode: 'wal',
  synchronous: 2,
  foreign_keys: 1,
  trusted_schema: 0,
  mmap_size: 0,
  ...(process.platform === 'darwin' ? { fullfsync: 1, checkpoint_fullfsync: 1 } : {}),
}

/** The one connection that writes. Throws where a required setting does not hold: then nothing may be acknowledged. */
export function openForWriting(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true })
  try {
    assertVersion(database)
    for (const [name, value] of Object.entries(required)) database.exec(`PRAGMA ${name} = ${value}`)
    // The writer checkpoints by itself, after replies, so that no commit waits for one.
    database.exec(
      `PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -${writerCacheKiB}; PRAGMA journal_size_limit = ${walBytesKept}`,
    )
    database.enableDefensive(true)
    assertSettings(database)
    assertSound(database, path)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/** A connection that can only read; open it after the writer's. */
export function openForReading(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs })
  database.exec('PRAGMA query_only = 1; PRAGMA trusted_schema = 0; PRAGMA mmap_size = 0')
  return database
}

export function assertSettings(database: DatabaseSync): void {
  for (const [name, value] of Object.entries(required)) {
    const found = Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]
    // Where SQLite was built without memory mapping, the pragma answers nothing.
    if (found === value || (name === 'mmap_size' && found === undefined)) continue
    throw new DocumentStoreError('failed', `refusing to start: SQLite setting ${name} is ${String(found)}, not ${value}`)
  }
}

function assertVersion(database: DatabaseSync): void {
  const version = String(database.prepare('SELECT sqlite_version() AS version').get()?.['version'])
  const parts = version.split('.').map(Number)
  const firstDifference = sqliteVersionMin.findIndex((part, index) => part !== parts[index])
  if (firstDifference === -1) return
  if ((parts[firstDifference] ?? 0) > (sqliteVersionMin[firstDifference] ?? 0)) return
  throw new DocumentStoreError('failed', `refusing to start: SQLite ${version} is older than ${sqliteVersionMin.join('.')}`)
}

function assertSound(database: DatabaseSync, path: string): void {
  if (statSync(path).size > checkedAtOpenBytesMax) return
  const found = String(Object.values(database.prepare('PRAGMA integrity_check(1)').get() ?? {})[0])
  if (found !== 'ok') throw new DocumentStoreError('corrupt', `refusing to start: the database is damaged: ${found}`)
}
