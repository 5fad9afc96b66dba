import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'
import { isBusy } from './sqlite-failure.ts'

/**
 * Holds a data folder for one store, here and in every other process, for as long as the returned lock is open.
 * It is an exclusive SQLite lock on a file of its own: the operating system drops it when the process dies, so no stale file can bar a restart.
 */
export function lockDataFolder(dataDir: string): { close(): void } {
  const lock = new DatabaseSync(join(dataDir, 'rejoin.lock'), { timeout: 0 })
  try {
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    throw new DocumentStoreError('locked', `another Rejoin server is using the data folder ${dataDir}`, { cause: error })
  }
}
