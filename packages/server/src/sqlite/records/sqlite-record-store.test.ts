import { vi } from 'vitest'
import { recordStoreContract } from '../../testing/record-store-contract.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { createSqliteDocumentStore } from '../sqlite-document-store.ts'

// Threads and processes are slow to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

recordStoreContract('SQLite', async (clock) => {
  const store = await createSqliteDocumentStore({ dataDir: temporaryFolder(), clock })
  return { store: store.records, commitCount: () => store.recordCommitCount(), close: () => store.close() }
})
