import { writeSync } from 'node:fs'
import { createSqliteDocumentStore } from '../sqlite/sqlite-document-store.ts'

/** Opens the store in a folder and holds it until killed. */
const [dataDir = ''] = process.argv.slice(2)
await createSqliteDocumentStore({ dataDir })
writeSync(1, 'open\n')
