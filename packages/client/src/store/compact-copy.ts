import { seqRange, type DocumentDatabase } from './document-database.ts'
import { foldUpdates } from './fold-updates.ts'
import { readCopy } from './stored-copy-access.ts'
import { documentRowSchema, parseRow } from './stored-rows.ts'

/**
 * Folds the rows of a copy into one. The fold is made outside of any transaction; the transaction that writes it first sees that exactly the
 * rows it was made of are still there, and leaves alone what other tabs appended since. Dirty rows are not touched: they name sequence
 * numbers, and the folded row covers those. Resolves to the bytes of the one row that
 * there is now, or `undefined` where the rows were left alone (updates that wait for missing ones; another tab was first).
 */
export async function compactCopy(database: DocumentDatabase, name: string): Promise<number | undefined> {
  const copy = await readCopy(database, name)
  const last = copy?.updates.at(-1)
  if (copy === undefined || last === undefined) return undefined
  if (copy.updates.length === 1) return last.update.byteLength
  const folded = foldUpdates(copy.updates.map(({ update }) => update))
  if (folded === undefined) return undefined
  const { dexie, documents, updates } = database
  const foldedSeqs = copy.updates.map(({ seq }) => seq)
  const { firstSeq } = copy.document
  return dexie.transaction('rw', [documents, updates], async () => {
    const covered = updates.where('[name+seq]').between(...seqRange(name, firstSeq, last.seq))
    const presentSeqs = (await covered.primaryKeys()).map(([, seq]) => seq)
    // Another tab compacted or set the copy aside meanwhile. Numbers are never given out twice, so equal numbers are equal rows.
    if (presentSeqs.length !== foldedSeqs.length || presentSeqs.some((seq, index) => seq !== foldedSeqs[index])) return undefined
    const document = parseRow(documentRowSchema, await documents.get(name), `document ${name}`)
    await covered.delete()
    await updates.add({ name, seq: last.seq, fromSeq: firstSeq, update: folded })
    await documents.put({ ...document, rowCount: document.rowCount - foldedSeqs.length + 1 })
    return folded.byteLength
  })
}
