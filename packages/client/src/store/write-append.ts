import type { DocumentDatabase } from './document-database.ts'
import { planAppend, type AppendPlan, type AppendRequest } from './plan-append.ts'
import { documentRowSchema, parseRow, updateRowSchema, type DocumentRow, type UpdateRow } from './stored-rows.ts'

/** Appends that are written in one transaction; remembers what an attempt wrote whose outcome nobody was told. */
export class AppendTransaction {
  readonly #requests: readonly AppendRequest[]
  #attempted: AppendPlan | undefined

  constructor(requests: readonly AppendRequest[]) {
    this.#requests = requests
  }

  /** May be called again after a lost connection: what had been committed all the same is not appended twice. */
  async write({ dexie, documents, updates, dirty }: DocumentDatabase, at: number): Promise<AppendPlan> {
    return dexie.transaction('rw', [documents, updates, dirty], async () => {
      const attempted = this.#attempted
      if (attempted !== undefined && (await isCommitted(updates, attempted.updates))) return attempted
      const names = [...new Set(this.#requests.map(({ name }) => name))]
      const documentByName = new Map<string, DocumentRow>()
      for (const row of await documents.bulkGet(names)) {
        if (row === undefined) continue
        const document = parseRow(documentRowSchema, row, 'a document entry')
        documentByName.set(document.name, document)
      }
      const plan = planAppend(documentByName, this.#requests, at)
      this.#attempted = plan
      await updates.bulkAdd(plan.updates)
      await dirty.bulkAdd(plan.dirty)
      await documents.bulkPut(plan.documents)
      return plan
    })
  }
}

/** Whether exactly these rows are there. An update made on this device is nobody else's, so equal bytes at equal numbers are ours. */
async function isCommitted(updates: DocumentDatabase['updates'], planned: readonly UpdateRow[]): Promise<boolean> {
  const stored = await updates.bulkGet(planned.map(({ name, seq }): [string, number] => [name, seq]))
  return planned.every((row, index) => {
    const found = updateRowSchema.safeParse(stored[index])
    return found.success && found.data.fromSeq === row.fromSeq && isEqual(found.data.update, row.update)
  })
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.byteLength === right.byteLength && left.every((byte, index) => byte === right[index])
}
