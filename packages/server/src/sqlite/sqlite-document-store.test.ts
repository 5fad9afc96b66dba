import { vi } from 'vitest'
import { documentStoreContract } from '../testing/document-store-contract.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { createSqliteDocumentStore } from './sqlite-document-store.ts'

// Threads and processes are slow to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

documentStoreContract('SQLite', async () => {
  const store = await createSqliteDocumentStore({ dataDir: temporaryFolder() })
  return { store, commitCount: () => store.commitCount() }
})
