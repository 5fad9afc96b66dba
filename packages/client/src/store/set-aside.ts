import { z } from 'zod'
import { seqRange, type DocumentDatabase } from './document-database.ts'
import type { SetAsideCopy, SetAsideReason } from './document-store.ts'
import { exportUpdates } from './fold-updates.ts'
import { endCopy, startCopy } from './stored-copy.ts'
import { readRawCopy } from './stored-copy-access.ts'
import { documentRowSchema, parseRow, setAsideContentRowSchema, setAsideRowSchema, updateRowSchema } from './stored-rows.ts'
import type { SetAsideRow } from './stored-rows.ts'

/** A set-aside that may be tried again after a lost connection; remembers what it wrote without being told that it is there. */
export class SetAsideTransaction {
  #attempted: SetAsideCopy | undefined

  /** Moves the copy, its generation and its dirt in one transaction. Damaged rows move as they are. */
  async moveCopy(
    database: DocumentDatabase,
    name: string,
    facts: { readonly reason: SetAsideReason; readonly at: number },
  ): Promise<SetAsideCopy | undefined> {
    const { dexie, documents, updates, dirty, setAside, setAsideContents } = database
    return dexie.transaction('rw', [documents, updates, dirty, setAside, setAsideContents], async () => {
      const written = await this.#findWritten(database)
      if (written !== undefined) return written
      const raw = await readRawCopy(database, name)
      const known = documentRowSchema.safeParse(raw.document)
      const document = known.success ? known.data : undefined
      const isAbsent = raw.document === undefined || document?.isPresent === false
      if (isAbsent && raw.updates.length === 0 && raw.dirty.length === 0) return undefined
      const generation = document?.generation
      const row = {
        name,
        ...facts,
        ...(generation !== undefined && { generation }),
        sizeBytes: sizeOf(raw.updates),
        dirtySeqs: [...seqsOf(raw.dirty)],
      }
      const copy = await this.#add(database, row, raw.updates)
      await updates
        .where('[name+seq]')
        .between(...seqRange(name))
        .delete()
      await dirty
        .where('[name+seq]')
        .between(...seqRange(name))
        .delete()
      const lastSeq = Math.max(document?.lastSeq ?? 0, ...seqsOf(raw.updates).slice(-1), ...seqsOf(raw.dirty).slice(-1))
      await documents.put(endCopy({ ...(document ?? startCopy(name, undefined)), lastSeq }))
      return copy
    })
  }

  async keepUpdate(
    database: DocumentDatabase,
    name: string,
    facts: { readonly update: Uint8Array; readonly reason: SetAsideReason; readonly at: number },
  ): Promise<SetAsideCopy> {
    const { dexie, documents, setAside, setAsideContents } = database
    return dexie.transaction('rw', [documents, setAside, setAsideContents], async () => {
      const written = await this.#findWritten(database)
      if (written !== undefined) return written
      const { update, reason, at } = facts
      const document = documentRowSchema.safeParse(await documents.get(name))
      const generation = document.success ? document.data.generation : undefined
      const row = {
        name,
        reason,
        at,
        ...(generation !== undefined && { generation }),
        sizeBytes: update.byteLength,
        dirtySeqs: [],
      }
      return this.#add(database, row, [{ name, seq: 1, fromSeq: 1, update: update.slice() }])
    })
  }

  async #findWritten({ setAside }: DocumentDatabase): Promise<SetAsideCopy | undefined> {
    const attempted = this.#attempted
    return attempted !== undefined && (await setAside.get(attempted.id)) !== undefined ? attempted : undefined
  }

  async #add(
    { setAside, setAsideContents }: DocumentDatabase,
    row: Omit<SetAsideRow, 'id'>,
    rows: readonly unknown[],
  ): Promise<SetAsideCopy> {
    const id = await setAside.add(row)
    await setAsideContents.add({ id, rows: [...rows] })
    this.#attempted = toSetAsideCopy({ id, ...row })
    return this.#attempted
  }
}

export async function listSetAside({ setAside }: DocumentDatabase): Promise<readonly SetAsideCopy[]> {
  const rows = await setAside.toArray()
  return rows.map((row) => toSetAsideCopy(parseRow(setAsideRowSchema, row, 'a copy that was set aside')))
}

export async function readSetAside({ setAsideContents }: DocumentDatabase, id: number): Promise<Uint8Array | undefined> {
  const row = await setAsideContents.get(id)
  if (row === undefined) return undefined
  const what = 'a copy that was set aside'
  const { rows } = parseRow(setAsideContentRowSchema, row, what)
  return exportUpdates(rows.map((update) => parseRow(updateRowSchema, update, what).update))
}

export async function discardSetAside({ dexie, setAside, setAsideContents }: DocumentDatabase, id: number): Promise<void> {
  await dexie.transaction('rw', [setAside, setAsideContents], async () => {
    await setAside.delete(id)
    await setAsideContents.delete(id)
  })
}

function toSetAsideCopy({ id, name, generation, reason, at, sizeBytes }: SetAsideRow): SetAsideCopy {
  return { id, name, generation, reason, at, sizeBytes }
}

const sizedRowSchema = z.object({ update: z.instanceof(Uint8Array) })
const numberedRowSchema = z.object({ seq: z.int().positive() })

function sizeOf(rows: readonly unknown[]): number {
  const sized = rows.map((row) => sizedRowSchema.safeParse(row))
  return sized.reduce((sum, row) => sum + (row.success ? row.data.update.byteLength : 0), 0)
}

function seqsOf(rows: readonly unknown[]): readonly number[] {
  return rows.map((row) => numberedRowSchema.safeParse(row)).flatMap((row) => (row.success ? [row.data.seq] : []))
}
