import { seqRange, type DocumentDatabase } from './document-database.ts'
import { dirtyRowSchema, documentRowSchema, parseRow } from './stored-rows.ts'

/** Deletes dirty rows and moves the document's place in the order of dirt. */
export async function markStored(
  { dexie, documents, dirty }: DocumentDatabase,
  name: string,
  seqs: readonly number[],
): Promise<void> {
  await dexie.transaction('rw', [documents, dirty], async () => {
    const row = await documents.get(name)
    if (row === undefined) return
    const { dirtySince: _before, ...document } = parseRow(documentRowSchema, row, `document ${name}`)
    await dirty.bulkDelete(seqs.map((seq): [string, number] => [name, seq]))
    const oldest = await dirty
      .where('[name+seq]')
      .between(...seqRange(name))
      .first()
    const dirtySince = oldest === undefined ? undefined : parseRow(dirtyRowSchema, oldest, `document ${name}`).at
    await documents.put({ ...document, ...(dirtySince !== undefined && { dirtySince }) })
  })
}
