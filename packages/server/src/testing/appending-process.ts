import { writeSync } from 'node:fs'
import { createSqliteDocumentStore } from '../sqlite/sqlite-document-store.ts'
import { ScriptedEdits } from './scripted-edits.ts'

/**
 * Appends scripted edits to three documents for ever, printing `acked NAME SEQ` for each append acknowledged, and compacts them again and
 * again where it is told `compact`, printing `compacting` and `compacted`. Made to be killed.
 */
const [dataDir = '', mode] = process.argv.slice(2)
const store = await createSqliteDocumentStore({ dataDir })
const documents = store.tenant('acme')
writeSync(1, 'open\n')
await Promise.all(['one', 'two', 'three'].map((name) => writeFor(name)))

async function writeFor(name: string): Promise<void> {
  const loaded = await documents.load(name)
  const edits = new ScriptedEdits(name)
  let seq = loaded.type === 'live' ? loaded.seq : 0
  for (let known = 0; known < seq; known++) edits.next()
  for (;;) {
    const rows = Array.from({ length: 1 + (seq % 3) }, () => ({ update: edits.next(), user: 'ann', at: Date.now() }))
    const result = await documents.append({ document: name, generation: 'g-1', afterSeq: seq, rows, bindings: [] })
    if (result.type === 'stale') throw new Error(`${name} is stale at ${seq}`)
    seq = result.seq
    writeSync(1, `acked ${name} ${seq}\n`)
    if (mode === 'compact' && seq % 20 < 3) await compact(name)
  }
}

async function compact(name: string): Promise<void> {
  writeSync(1, `compacting ${name}\n`)
  await documents.compact(name)
  writeSync(1, `compacted ${name}\n`)
}
