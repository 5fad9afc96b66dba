import { documentStoreContract } from '../testing/document-store-contract.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { createSqliteDocumentStore } from './sqlite-document-store.ts'

documentStoreContract('SQLite', async () => {
  const store = await createSqliteDocumentStore({ dataDir: temporaryFolder() })
  return { store, commitCount: store.commitCount }
})
