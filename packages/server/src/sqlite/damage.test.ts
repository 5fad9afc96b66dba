import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createSeededRandom } from '@rejoin/core/testing'
import { expect, test, vi } from 'vitest'
import { foldLog } from '../document-log/fold-log.ts'
import { ScriptedEdits } from '../testing/scripted-edits.ts'
import { temporaryFolder } from '../testing/temporary-folder.ts'
import { AppendBatch } from './documents/append-batch.ts'
import { databaseFile } from './database/database-file.ts'
import { DocumentReader, type ReadDocument } from './documents/document-reader.ts'
import { DocumentWriter } from './document-writer.ts'
import { openForReading } from './database/open-database.ts'
import { storeErrorFrom } from './database/sqlite-failure.ts'
import { StringTable } from './documents/string-table.ts'

// Threads and processes are slow to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const rowCount = 6

/** A closed folder with the documents `victim` and `other`, six rows each: in the journal, in segments if settled, in a snapshot if folded. */
function filledFolder(state: 'unsettled' | 'settled' | 'folded'): string {
  const dataDir = temporaryFolder()
  const writer = DocumentWriter.open(dataDir)
  const batch = new AppendBatch(new StringTable())
  for (const name of ['victim', 'other']) {
    const edits = new ScriptedEdits(name)
    const rows = Array.from({ length: rowCount }, () => ({ update: edits.next(), user: 'ann', at: 1 }))
    void batch.add('acme', { document: name, generation: 'g-1', afterSeq: 0, rows, bindings: [] })
  }
  writer.append(batch.packed(), 1)
  if (state !== 'unsettled') writer.settle()
  if (state === 'folded') {
    const victim = readStraight(join(dataDir, databaseFile), 'victim')
    const folded = victim.type === 'live' ? foldLog(undefined, victim.tail) : undefined
    if (folded?.type !== 'folded') throw new Error('the victim cannot be folded')
    const snapshot = { logId: 1, fromSeq: 0, seq: rowCount, update: folded.update, known: folded.known }
    writer.transaction(() => writer.snapshots.install(snapshot, 1))
  }
  writer.close()
  return dataDir
}

/** Flips one bit of a blob, and returns what the two documents are then. */
function outcomeOfFlip(
  dataDir: string,
  { table, column, where, at }: { table: string; column: string; where: string; at: number },
): readonly string[] {
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
function outcomes(dataDir: string): readonly string[] {
  let writer
  try {
    writer = DocumentWriter.open(dataDir)
  } catch (error) {
    return [codeOf(error)]
  }
  const found = ['victim', 'other'].map((name) => readStraight(join(dataDir, databaseFile), name))
  writer.close()
  return found.map((document) => (document.type === 'unavailable' ? document.code : document.type))
}

function codeOf(error: unknown): string {
  return storeErrorFrom(error).code
}

test.for([0, 0.3, 0.6, 0.999])(
  '[B24] a flipped bit %d of the way into a segment makes its document unavailable, and no other',
  (at) => {
    const dataDir = filledFolder('settled')
    expect(outcomeOfFlip(dataDir, { table: 'log_segment', column: 'value', where: 'log_id = 1', at })).toEqual([
      'corrupt',
      'live',
    ])
  },
)

test.for([0, 0.5, 0.999])(
  '[B24] a flipped bit %d of the way into a snapshot makes its document unavailable, and no other',
  (at) => {
    const dataDir = filledFolder('folded')
    expect(outcomeOfFlip(dataDir, { table: 'snapshot', column: 'value', where: 'log_id = 1', at })).toEqual(['corrupt', 'live'])
  },
)

test.for([0, 0.15, 0.3])(
  '[B24] a flipped bit %d of the way into what a crash left in the journal makes its document unavailable, and no other',
  (at) => {
    const dataDir = filledFolder('unsettled')
    expect(outcomeOfFlip(dataDir, { table: 'journal', column: 'body', where: 'id = 1', at })).toEqual(['corrupt', 'live'])
    // It stays so once the journal has been moved to the documents.
    expect(outcomes(dataDir)).toEqual(['corrupt', 'live'])
  },
)

test('[B24] a damaged table of contents of the journal could be about any document, so the store does not open', () => {
  const dataDir = filledFolder('unsettled')
  expect(outcomeOfFlip(dataDir, { table: 'journal', column: 'runs', where: 'id = 1', at: 0.5 })).toEqual(['corrupt'])
})

test('[B24] a row missing in the middle makes the document unavailable', () => {
  const dataDir = filledFolder('settled')
  const database = new DatabaseSync(join(dataDir, databaseFile))
  database.exec('UPDATE log_segment SET first_seq = 2, last_seq = 7 WHERE log_id = 1')
  database.close()
  expect(outcomes(dataDir)).toEqual(['corrupt', 'live'])
})

test('[B25] a file that is no database, or only the beginning of one, refuses the start', () => {
  const dataDir = filledFolder('settled')
  const path = join(dataDir, databaseFile)
  const whole = readFileSync(path)
  truncateSync(path, Math.floor(whole.length / 2))
  expect(outcomes(dataDir)).toEqual(['corrupt'])
  writeFileSync(path, 'this is no database, and nobody may take it for an empty one. '.repeat(100))
  expect(outcomes(dataDir)).toEqual(['corrupt'])
})

test('[B25] the database of a newer server refuses the start', () => {
  const dataDir = filledFolder('settled')
  const database = new DatabaseSync(join(dataDir, databaseFile))
  database.exec('PRAGMA user_version = 1000')
  database.close()
  expect(() => DocumentWriter.open(dataDir)).toThrow('newer than this server')
})

test('[B24] bits flipped anywhere in the file never change what a document says', () => {
  const dataDir = filledFolder('folded')
  const path = join(dataDir, databaseFile)
  const whole = readFileSync(path)
  const written = ['victim', 'other'].map((name) => contentOf(readStraight(path, name)))
  const random = createSeededRandom(9)
  const undetected: number[] = []
  for (let flip = 0; flip < 400; flip++) {
    const bytes = Buffer.from(whole)
    const at = random.below(bytes.length)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
    writeFileSync(path, bytes)
    const found = ['victim', 'other'].map((name) => readStraight(path, name))
    const isOther = found.some((document, index) => document.type === 'live' && contentOf(document) !== written[index])
    // A name that cannot be found would be taken for a new document: the check at the start must see it.
    const isLost = found.some((document) => document.type === 'absent') && outcomes(dataDir)[0] !== 'corrupt'
    if (isOther || isLost) undetected.push(at)
  }
  expect(undetected).toEqual([])
})

function contentOf(document: ReturnType<typeof readStraight>): string {
  if (document.type !== 'live') return document.type
  const { seq, snapshot, tail } = document
  return JSON.stringify([
    seq,
    snapshot?.seq,
    ...[snapshot?.update, ...tail].map((update) => update && Buffer.from(update).toString('hex')),
  ])
}

/** Without the check of the whole file that opening makes: each value has to stand for itself. */
function readStraight(path: string, document: string): ReadDocument | { readonly type: 'unavailable'; readonly code: string } {
  let reader: DocumentReader | undefined
  try {
    reader = new DocumentReader(openForReading(path))
    return reader.read({ tenant: 'acme', document })
  } catch (error) {
    return { type: 'unavailable', code: codeOf(error) }
  } finally {
    reader?.close()
  }
}
