import { createMemoryRecordDatabase, type RecordDisk } from '../record-database/memory-record-database.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'

/** Every write is committed, reported as lost, and done once more: what a database does whose connection breaks at the worst moment. */
export function repeatingDatabase(disk: RecordDisk): RecordDatabase {
  const inner = createMemoryRecordDatabase({ disk })
  return {
    transaction: async (mode, work) => {
      if (mode === 'write') await inner.transaction(mode, work)
      return inner.transaction(mode, work)
    },
    observe: (tables, listener) => inner.observe(tables, listener),
    live: (read, listener, onError) => inner.live(read, listener, onError),
    follow: (read, listener, onError) => inner.follow(read, listener, onError),
    onTrouble: (listener) => inner.onTrouble(listener),
    close: () => inner.close(),
  }
}
