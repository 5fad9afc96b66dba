import { expect, test, vi } from 'vitest'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'
import { startTestProcess } from '../../testing/child-process.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { createSqliteDocumentStore } from '../sqlite-document-store.ts'

// Threads and processes are slow to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

async function refusalOf(dataDir: string): Promise<unknown> {
  return createSqliteDocumentStore({ dataDir }).then(
    () => 'opened',
    (error: unknown) => (error instanceof DocumentStoreError ? error.code : error),
  )
}

test('[B23] a second store of the same process is refused, and the folder is free once the first is closed', async () => {
  const dataDir = temporaryFolder()
  const store = await createSqliteDocumentStore({ dataDir })
  expect(await refusalOf(dataDir)).toBe('locked')
  await store.close()
  await (await createSqliteDocumentStore({ dataDir })).close()
})

test('[B23] the store of another process bars the folder for as long as that process lives, and no longer', async () => {
  const dataDir = temporaryFolder()
  const child = startTestProcess('holding-process.ts', [dataDir])
  for await (const line of child.lines) {
    expect(line).toBe('open')
    break
  }
  expect(await refusalOf(dataDir)).toBe('locked')
  await child.kill()
  await (await createSqliteDocumentStore({ dataDir })).close()
})
