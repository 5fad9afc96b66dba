import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createSeededRandom } from '@rejoin/core/testing'
import { expect, onTestFinished, test } from 'vitest'
import { DocumentStoreError } from '../document-log/document-store-error.ts'
import { ScriptedEdits } from '../testing/scripted-edits.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { databaseFile } from './database-file.ts'
import { DocumentReader, type ReadDocument } from './document-reader.ts'
import { DocumentWriter } from './document-writer.ts'
import { openForReading } from './open-database.ts'
import { createSqliteDocumentStore } from './sqlite-document-store.ts'

const rowCount = 6

/** A closed folder with the documents `victim` and `other`: six rows each, those of `victim` folded if so told; all in the journal unless settled. */
async function filledFolder({ isCompacted, isSettled }: { readonly isCompacted: boolean; readonly isSettled: boolean }): Promise<string> {
  const dataDir = temporaryFolder()
  const store = await createSqliteDocumentStore({ dataDir })
  const documents = store.tenant('acme')
  for (const name of ['victim', 'other']) {
    const edits = new ScriptedEdits(name)
    const rows = Array.from({ length: rowCount }, () => ({ update: edits.next(), user: 'ann', at: 1 }))
    await documents.append({ document: name, generation: 'g-1', afterSeq: 0, rows, bindings: [] })
  }
  if (isCompacted) await documents.compact('victim')
  await store.close()
  if (isSettled) new DocumentWriter(dataDir).close()
  return dataDir
}

/** Flips one bit of a blob, and returns what the two documents are then. */
async function outcomeOfFlip(dataDir: string, { table, column, where, at }: { table: string; column: string; where: string; at: number }): Promise<readonly string[]> {
  const database = new DatabaseSync(join(dataDir, databaseFile))
  const row = database.prepare(`SELECT rowid AS id, ${column} AS bytes FROM ${table} WHERE ${where}`).get()
  const bytes = row?.['bytes']
  if (!(bytes instanceof Uint8Array)) throw new Error(`there is nothing in ${table}`)
  const position = Math.floor(at * bytes.length)
  bytes[position] = (bytes[position] ?? 0) ^ 4
  database.prepare(`UPDATE ${table} SET ${column} = ? WHERE rowid = ?`).run(bytes, row?.['id'] ?? null)
  database.close()
  return outcomes(dataDir)
}

/** What opening the folder and loading each document comes to. */
async function outcomes(dataDir: string): Promise<readonly string[]> {
  let store
  try {
    store = await createSqliteDocumentStore({ dataDir })
  } catch (error) {
    return [codeOf(error)]
  }
  onTestFinished(store.close)
  const documents = store.tenant('acme')
  return Promise.all(
    ['victim', 'other'].map((name) =>
      documents.load(name).then(
        (loaded) => loaded.type,
        (error: unknown) => codeOf(error),
      ),
    ),
  )
}

function codeOf(error: unknown): string {
  return error instanceof DocumentStoreError ? error.code : String(error)
}

test.for([0, 0.3, 0.6, 0.999])('[B24] a flipped bit %d of the way into a segment makes its document unavailable, and no other', async (at) => {
  const dataDir = await filledFolder({ isCompacted: false, isSettled: true })
  expect(await outcomeOfFlip(dataDir, { table: 'log_segment', column: 'value', where: 'log_id = 1', at })).toEqual(['corrupt', 'live'])
})

test.for([0, 0.5, 0.999])('[B24] a flipped bit %d of the way into a snapshot makes its document unavailable, and no other', async (at) => {
  const dataDir = await filledFolder({ isCompacted: true, isSettled: true })
  expect(await outcomeOfFlip(dataDir, { table: 'snapshot', column: 'value', where: 'log_id = 1', at })).toEqual(['corrupt', 'live'])
})

test.for([0, 0.5, 0.999])('[B24] a flipped bit %d of the way into what a crash left in the journal makes its document unavailable, and no other', async (at) => {
  const dataDir = await filledFolder({ isCompacted: false, isSettled: false })
  const outcome = await outcomeOfFlip(dataDir, { table: 'journal', column: 'body', where: 'id = 1', at })
  expect(outcome).toEqual(['corrupt', 'live'])
  expect(await outcomes(dataDir)).toEqual(['locked'])
})

test('[B24] a damaged table of contents of the journal could be about any document, so the store does not open', async () => {
  const dataDir = await filledFolder({ isCompacted: false, isSettled: false })
  expect(await outcomeOfFlip(dataDir, { table: 'journal', column: 'runs', where: 'id = 1', at: 0.5 })).toEqual(['corrupt'])
})

test('[B24] a row missing in the middle makes the document unavailable', async () => {
  const dataDir = await filledFolder({ isCompacted: false, isSettled: true })
  const database = new DatabaseSync(join(dataDir, databaseFile))
  database.exec('UPDATE log_segment SET first_seq = 2, last_seq = 7 WHERE log_id = 1')
  database.close()
  expect(await outcomes(dataDir)).toEqual(['corrupt', 'live'])
})

test('[B25] a file that is no database, or only the beginning of one, refuses the start', async () => {
  const dataDir = await filledFolder({ isCompacted: false, isSettled: true })
  const path = join(dataDir, databaseFile)
  const whole = readFileSync(path)
  truncateSync(path, Math.floor(whole.length / 2))
  expect(await outcomes(dataDir)).toEqual(['corrupt'])
  writeFileSync(path, 'this is no database, and nobody may take it for an empty one. '.repeat(100))
  expect(await outcomes(dataDir)).toEqual(['corrupt'])
})

test('[B25] the database of a newer server refuses the start', async () => {
  const dataDir = await filledFolder({ isCompacted: false, isSettled: true })
  const database = new DatabaseSync(join(dataDir, databaseFile))
  database.exec('PRAGMA user_version = 1000')
  database.close()
  await expect(createSqliteDocumentStore({ dataDir })).rejects.toThrow('newer than this server')
})

test('[B24] bits flipped anywhere in the file never change what a document says', async () => {
  const dataDir = await filledFolder({ isCompacted: true, isSettled: true })
  const path = join(dataDir, databaseFile)
  const whole = readFileSync(path)
  const expected = new Map(['victim', 'other'].map((name) => [name, readStraight(path, name)]))
  const random = createSeededRandom(9)
  for (let flip = 0; flip < 300; flip++) {
    const bytes = Buffer.from(whole)
    const at = random.below(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
    writeFileSync(path, bytes)
    for (const [name, document] of expected) {
      const found = readStraight(path, name)
      if (found.type === 'live') expect({ ...found, generation: '', bindings: [] }, `bit at ${at}`).toEqual({ ...document, generation: '', bindings: [] })
    }
  }
})

/** Without the check of the whole file that opening makes: each value has to stand for itself. */
function readStraight(path: string, document: string): ReadDocument | { readonly type: 'unavailable' } {
  let reader: DocumentReader | undefined
  try {
    reader = new DocumentReader(openForReading(path))
    return reader.read({ tenant: 'acme', document })
  } catch {
    return { type: 'unavailable' }
  } finally {
    reader?.close()
  }
}
