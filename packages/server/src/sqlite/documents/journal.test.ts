import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createManualTime } from '@rejoin/core/testing'
import { expect, onTestFinished, test, vi } from 'vitest'
import * as Y from 'yjs'
import { ScriptedEdits } from '../../testing/scripted-edits.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { databaseFile } from '../database/database-file.ts'
import { AppendBatch } from './append-batch.ts'
import type { CompactionAlarm } from './document-compaction.ts'
import { DocumentReader } from './document-reader.ts'
import { DocumentWriter } from '../document-writer.ts'
import { openForReading } from '../database/open-database.ts'
import { createSqliteDocumentStore, type SqliteDocumentStore, type SqliteDocumentStoreOptions } from '../sqlite-document-store.ts'
import { StringTable } from './string-table.ts'

// Threads and processes are slow to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

const dayMs = 24 * 60 * 60 * 1000

async function openStore(options: SqliteDocumentStoreOptions): Promise<SqliteDocumentStore> {
  const store = await createSqliteDocumentStore(options)
  onTestFinished(() => store.close())
  return store
}

function counts(dataDir: string): Record<string, unknown> {
  const database = new DatabaseSync(join(dataDir, databaseFile), { readOnly: true })
  try {
    const countOf = (table: string): unknown => database.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.['count']
    return Object.fromEntries(['journal', 'log_segment', 'archived_span', 'quarantine'].map((table) => [table, countOf(table)]))
  } finally {
    database.close()
  }
}

function rowsOf(edits: ScriptedEdits, count: number) {
  return Array.from({ length: count }, () => ({ update: edits.next(), user: 'ann', at: 1 }))
}

test('[B29] rows stay whole and in order while the journal is moved to its documents again and again', async () => {
  const dataDir = temporaryFolder()
  const documents = (await openStore({ dataDir })).tenant('acme')
  const expected = new Map<string, Uint8Array[]>(['one', 'two', 'three'].map((name) => [name, []]))
  for (let round = 0; round < 120; round++) {
    await Promise.all(
      [...expected].map(async ([document, updates]) => {
        const added = [0, 1].map((index) => new Uint8Array(9_000).fill(round * 2 + index))
        const rows = added.map((update) => ({ update, user: `user ${round % 7}`, at: round }))
        await documents.append({ document, generation: 'g-1', afterSeq: updates.length, rows, bindings: [] })
        updates.push(...added)
      }),
    )
    if (round % 10 !== 0) continue
    for (const [name, updates] of expected) {
      const loaded = await documents.load(name)
      expect(loaded.type === 'live' && loaded.tail.map((update) => update.slice())).toEqual(updates)
    }
  }
  const { journal, log_segment: segments } = counts(dataDir)
  expect([Number(journal) < 100, Number(segments) > 0, Number(segments) < 60]).toEqual([true, true, true])
  const summaries = await documents.list({ after: '', limit: 10, includeDeleted: false })
  expect(summaries.map(({ updateCount, storedBytes }) => [updateCount, storedBytes])).toEqual(
    [...expected].map(() => [240, 240 * 9_000]),
  )
})

test('[B29] documents are whole in the middle of moving the journal, and after a crash there', () => {
  const dataDir = temporaryFolder()
  const names = Array.from({ length: 200 }, (_, index) => `plan-${String(index).padStart(3, '0')}`)
  const strings = new StringTable()
  const writer = DocumentWriter.open(dataDir)
  const appendToAll = (round: number): void => {
    const batch = new AppendBatch(strings)
    const rows = [{ update: new Uint8Array(6_000).fill(round), user: 'ann', at: round }]
    for (const document of names) void batch.add('acme', { document, generation: 'g-1', afterSeq: round, rows, bindings: [] })
    expect(writer.append(batch.packed(), round)).toEqual([])
  }
  const expectWhole = (rounds: number): void => {
    const reader = new DocumentReader(openForReading(join(dataDir, databaseFile)))
    const tails = names.map((document) => {
      const found = reader.read({ tenant: 'acme', document })
      return found.type === 'live' ? found.tail.map((update) => update[0]).join() : found.type
    })
    expect(new Set(tails)).toEqual(new Set([Array.from({ length: rounds }, (_, round) => round).join()]))
    const [summary] = reader.list({ tenant: 'acme', after: '', limit: 1, includeDeleted: false })
    expect(summary).toMatchObject({ updateCount: rounds, storedBytes: rounds * 6_000, updatedAt: rounds - 1 })
    reader.close()
  }
  appendToAll(0)
  appendToAll(1)
  writer.keepUp()
  const { journal, log_segment: segments } = counts(dataDir)
  expect([journal, Number(segments) > 0, Number(segments) < names.length]).toEqual([2, true, true])
  expectWhole(2)
  appendToAll(2)
  expectWhole(3)
  // Closing does not finish the round: what is on the disk is what a crash would leave.
  writer.close()
  DocumentWriter.open(dataDir).close()
  expect(counts(dataDir)).toMatchObject({ journal: 0 })
  expectWhole(3)
})

test('[B29] a store opened again goes on where it was', async () => {
  const dataDir = temporaryFolder()
  const edits = new ScriptedEdits('plan')
  let firstGeneration = ''
  for (let life = 0; life < 3; life++) {
    const store = await createSqliteDocumentStore({ dataDir })
    const documents = store.tenant('acme')
    firstGeneration ||= documents.firstGeneration()
    expect(documents.firstGeneration()).toBe(firstGeneration)
    const request = {
      document: 'plan',
      generation: 'g-1',
      rows: rowsOf(edits, 5),
      bindings: [{ client: life, user: `user ${life}` }],
    }
    expect(await documents.append({ ...request, afterSeq: life * 5 })).toEqual({ type: 'committed', seq: life * 5 + 5 })
    await store.close()
  }
  const loaded = await (await openStore({ dataDir })).tenant('acme').load('plan')
  expect(loaded).toMatchObject({ seq: 15, bindings: [0, 1, 2].map((client) => ({ client, user: `user ${client}` })) })
})

test('[B33] covered rows are kept for 30 days after their snapshot, then pruned; the document stays', async () => {
  const dataDir = temporaryFolder()
  const clock = createManualTime(1_800_000_000_000)
  const store = await openStore({ dataDir, clock })
  const documents = store.tenant('acme')
  const edits = new ScriptedEdits('plan')
  await documents.append({ document: 'plan', generation: 'g-1', afterSeq: 0, rows: rowsOf(edits, 10), bindings: [] })
  await documents.compact('plan')
  await store.close()

  const reopened = await openStore({ dataDir, clock })
  clock.advance(30 * dayMs)
  await reopened.prune()
  expect(counts(dataDir)).toMatchObject({ log_segment: 1, archived_span: 1 })
  clock.advance(1)
  await reopened.prune()
  expect(counts(dataDir)).toMatchObject({ log_segment: 0, archived_span: 0 })
  const again = reopened.tenant('acme')
  expect(await again.append({ document: 'plan', generation: 'g-1', afterSeq: 10, rows: rowsOf(edits, 1), bindings: [] })).toEqual(
    {
      type: 'committed',
      seq: 11,
    },
  )
  expect(await again.load('plan')).toMatchObject({ seq: 11, snapshot: { seq: 10 } })
})

test('[B17] a row that cannot be folded is put on record, the alarm names it, and it is not tried again', async () => {
  const dataDir = temporaryFolder()
  const alarms: CompactionAlarm[] = []
  const documents = (await openStore({ dataDir, onCompactionAlarm: (alarm) => alarms.push(alarm) })).tenant('acme')
  const rows = rowsOf(new ScriptedEdits('plan'), 7)
  rows.splice(4, 0, { update: new Uint8Array([1, 1, 1]), user: 'eve', at: 1 })
  await documents.append({ document: 'plan', generation: 'g-1', afterSeq: 0, rows, bindings: [] })
  expect([await documents.compact('plan'), await documents.compact('plan')]).toEqual([undefined, undefined])
  expect(alarms).toEqual([{ tenant: 'acme', document: 'plan', seq: 5, reason: expect.stringContaining('applying threw') }])
  expect(counts(dataDir)).toMatchObject({ quarantine: 1 })
})

test('[B16] commits go on while a long log is folded', async () => {
  const documents = (await openStore({ dataDir: temporaryFolder() })).tenant('acme')
  const typed = new Y.Doc()
  const rows: { update: Uint8Array; user: null; at: number }[] = []
  typed.on('update', (update: Uint8Array) => rows.push({ update, user: null, at: 1 }))
  for (let index = 0; index < 20_000; index++) typed.getText('text').insert(index - (index % 3), 'x')
  await documents.append({ document: 'long', generation: 'g-1', afterSeq: 0, rows, bindings: [] })
  let isFolding = true
  const folding = documents.compact('long').finally(() => (isFolding = false))
  let commits = 0
  for (; isFolding; commits++) {
    await documents.append({
      document: 'busy',
      generation: 'g-1',
      afterSeq: commits,
      rows: [{ update: new Uint8Array(9), user: null, at: 1 }],
      bindings: [],
    })
  }
  expect((await folding)?.seq).toBe(20_000)
  expect(commits).toBeGreaterThan(20)
})
