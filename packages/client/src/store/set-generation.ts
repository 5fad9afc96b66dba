import type { DocumentDatabase } from './document-database.ts'
import { otherGeneration } from './plan-append.ts'
import { startCopy } from './stored-copy.ts'
import { documentRowSchema, parseRow } from './stored-rows.ts'

export async function setGeneration({ dexie, documents }: DocumentDatabase, name: string, generation: string): Promise<void> {
  await dexie.transaction('rw', documents, async () => {
    const row = await documents.get(name)
    const before = row === undefined ? undefined : parseRow(documentRowSchema, row, `document ${name}`)
    const document = before?.isPresent === true ? before : startCopy(name, before)
    if (document.generation !== undefined && document.generation !== generation) throw otherGeneration(name)
    await documents.put({ ...document, generation })
  })
}
