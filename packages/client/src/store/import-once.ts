import type { DocumentDatabase } from './document-database.ts'
import { planAppend } from './plan-append.ts'
import { documentRowSchema, parseRow, type DocumentRow } from './stored-rows.ts'

export interface ImportRequest {
  readonly source: string
  readonly name: string
  readonly updates: readonly Uint8Array[]
  /** Device time, ms since the epoch. */
  readonly at: number
}

export async function importOnce(
  { dexie, documents, updates, dirty, imports }: DocumentDatabase,
  request: ImportRequest,
): Promise<boolean> {
  const { source, name, at } = request
  return dexie.transaction('rw', [documents, updates, dirty, imports], async () => {
    if ((await imports.get(source)) !== undefined) return false
    const row = await documents.get(name)
    const documentByName = new Map<string, DocumentRow>()
    if (row !== undefined) documentByName.set(name, parseRow(documentRowSchema, row, `document ${name}`))
    const local = request.updates.map((update) => ({ update, isLocal: true }))
    const plan = planAppend(documentByName, [{ name, updates: local, generation: undefined }], at)
    await updates.bulkAdd(plan.updates)
    await dirty.bulkAdd(plan.dirty)
    await documents.bulkPut(plan.documents)
    await imports.add({ source, name, at })
    return true
  })
}
