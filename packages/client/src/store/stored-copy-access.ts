import { seqRange, type DocumentDatabase } from './document-database.ts'
import { checkCopy, type RawCopy, type StoredCopy } from './stored-copy.ts'

/** Reads everything under a name, inside the caller's transaction on `documents`, `updates` and `dirty`. */
export async function readRawCopy({ documents, updates, dirty }: DocumentDatabase, name: string): Promise<RawCopy> {
  return {
    document: await documents.get(name),
    updates: await updates
      .where('[name+seq]')
      .between(...seqRange(name))
      .toArray(),
    dirty: await dirty
      .where('[name+seq]')
      .between(...seqRange(name))
      .toArray(),
  }
}

/** A checked copy in one transaction of its own: never a mixture of before and after another tab's write. Throws `corrupt`. */
export async function readCopy(database: DocumentDatabase, name: string): Promise<StoredCopy | undefined> {
  const { dexie, documents, updates, dirty } = database
  const raw = await dexie.transaction('r', [documents, updates, dirty], () => readRawCopy(database, name))
  return checkCopy(name, raw)
}
