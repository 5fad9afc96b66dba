import { isSameJson, type JsonValue } from '@rejoin/core'
import type { AttentionItem, OutboxEntry, RecordTables } from '@rejoin/client/simulation'
import type { Ledger } from './ledger.ts'
import { isSameRecord } from './reference-record.ts'
import { keyOf } from './server-truth.ts'
import { isVisible } from './sim-user.ts'
import { isEffective } from './verdict-book.ts'
import { Violation } from './violation.ts'

interface Confirmed {
  readonly version: number
  readonly fields: Readonly<Record<string, JsonValue>>
  readonly isDeleted: boolean
  readonly seq: number
}

/** What a database holds after a transaction. */
export interface DeviceSnapshot {
  readonly entries: ReadonlyMap<number, OutboxEntry>
  readonly attention: ReadonlyMap<number, AttentionItem>
  readonly confirmed: ReadonlyMap<string, Confirmed>
  readonly checkpoint: string | undefined
  readonly fence: unknown
}

const nothing: DeviceSnapshot = {
  entries: new Map(),
  attention: new Map(),
  confirmed: new Map(),
  checkpoint: undefined,
  fence: undefined,
}

/** Reads everything, inside a transaction. The rows are the product's own; what they mean is judged here. */
export async function readSnapshot(tables: RecordTables): Promise<DeviceSnapshot> {
  const meta = new Map(((await tables.meta.range({})) as { key: string; value: unknown }[]).map(({ key, value }) => [key, value]))
  const sides = meta.get('sides') as { current: 'A' | 'B' } | undefined
  const table = sides?.current === 'B' ? tables.confirmedB : tables.confirmedA
  const confirmed = (await table.range({})) as { key: string; row: Confirmed }[]
  const entries = (await tables.outbox.range({})) as OutboxEntry[]
  const attention = (await tables.attention.range({})) as AttentionItem[]
  const checkpoint = meta.get('checkpoint')
  return {
    entries: new Map(entries.map((entry) => [entry.entryId, entry])),
    attention: new Map(attention.map((item) => [item.id, item])),
    confirmed: new Map(confirmed.map(({ key, row }) => [key, row])),
    checkpoint: typeof checkpoint === 'string' ? checkpoint : undefined,
    fence: meta.get('fence'),
  }
}

/** Whose database it is; `undefined` before anybody signed in. */
export interface DatabaseOwner {
  readonly name: string
  readonly tenant: string | undefined
  readonly user: string | undefined
}

/** One database on one device, as far as it is durable: every transaction is compared with the one before. */
export class DeviceBook {
  readonly owner: DatabaseOwner
  /** Every tag that was ever in the outbox. */
  readonly tags = new Set<string>()
  /** Records that the person deleted on this device. */
  readonly deletedByPerson = new Set<string>()
  /** Items that the person dealt with: retried, mended or discarded. */
  readonly attended = new Set<number>()
  /** The whole database was carried over into that of a user. */
  isAdopted = false
  readonly #ledger: Ledger
  #now: DeviceSnapshot = nothing
  /** When entries came in, by the world's time. */
  readonly #sinceByEntry = new Map<number, number>()

  constructor(owner: DatabaseOwner, ledger: Ledger) {
    this.owner = owner
    this.#ledger = ledger
  }

  get snapshot(): DeviceSnapshot {
    return this.#now
  }

  since(entryId: number): number {
    return this.#sinceByEntry.get(entryId) ?? 0
  }

  /** A profile was copied, and everything in it. */
  copyFrom(other: DeviceBook): void {
    this.#now = other.#now
    for (const tag of other.tags) this.tags.add(tag)
    for (const key of other.deletedByPerson) this.deletedByPerson.add(key)
  }

  committed(after: DeviceSnapshot, at: number): void {
    const before = this.#now
    this.#now = after
    for (const [id, entry] of after.entries) {
      const known = before.entries.get(id)
      if (known === undefined) this.#sinceByEntry.set(id, at)
      for (const tag of tagsOf(entry)) this.tags.add(tag)
      this.#ledger.checkRow(this.owner, `the outbox of ${this.owner.name}`, entry.operation.payload)
      if (known !== undefined && known.operation !== entry.operation) this.#checkChange(known, entry)
    }
    for (const [id, entry] of before.entries) if (!after.entries.has(id)) this.#checkRemoval(entry, after)
    for (const [id, item] of before.attention) if (!after.attention.has(id)) this.#checkAttended(item, after)
    if (before.confirmed !== after.confirmed) this.#checkConfirmed(after)
  }

  /** An operation that may be on its way is never touched; one that is not may take in later changes of its record. */
  #checkChange(before: OutboxEntry, after: OutboxEntry): void {
    const [was, is] = [before.operation, after.operation]
    const { tenant = '' } = this.owner
    const name = `${was.operationType} of ${keyOf(was)} (${was.operationId})`
    const isSameChange = was.operationType === is.operationType && isSameJson(was.payload, is.payload) && was.recordId === is.recordId
    if (was.operationId !== is.operationId) throw new Violation('P2', `${name} became ${is.operationId} in the outbox`)
    if (this.#ledger.book.wasSent(tenant, was.operationId) && !(isSameChange && was.baseVersion === is.baseVersion))
      throw new Violation('P2', `${name} was sent, and changed in the outbox afterwards`)
    if (isSameChange || was.schemaVersion !== is.schemaVersion) return
    this.#ledger.note('coalesced')
    if (is.operationType === 'delete' && this.deletedByPerson.has(keyOf(was))) return
    for (const field of Object.keys(was.payload)) {
      const isOptional = field === 'note' || field === 'remark'
      if (!(field in is.payload) && !isOptional) throw new Violation('P3', `${name} lost ${field} in the outbox`)
    }
  }

  /** Whatever leaves the outbox has a reason that can be shown. */
  #checkRemoval({ operation, entryId }: OutboxEntry, after: DeviceSnapshot): void {
    if (this.isAdopted) return
    const { book } = this.#ledger
    const { tenant = '' } = this.owner
    const { operationId } = operation
    const name = `${operation.operationType} of ${keyOf(operation)} (${operationId})`
    const verdict = book.everHadVerdict(tenant, operationId)
    const isShown = [...after.attention.values()].some((item) => item.operation?.operationId === operationId)
    const isAttended = [...this.attended].some((id) => {
      const item = this.#attendedItems.get(id)
      return item?.entryId === entryId || item?.operation?.operationId === operationId
    })
    if (isAttended || this.#isDiscardedWithAnother(operation)) return
    if (verdict === undefined) {
      if (isShown && (this.#ledger.finallyAnswered.has(operationId) || book.hasClones)) return
      const wasSent = book.wasSent(tenant, operationId)
      if (!wasSent && this.deletedByPerson.has(keyOf(operation))) return this.#ledger.note('cancelled before it was sent')
      throw new Violation('P3', `${name} left the outbox of ${this.owner.name}, and the server never had it`)
    }
    if (!isEffective(verdict.status)) {
      if (!isShown) throw new Violation('P3', `${name} was refused as ${verdict.code}, and ${this.owner.name} shows nobody`)
      return
    }
    const lost = book.effectOf(tenant, operationId)?.lostFields ?? []
    if (lost.length > 0 && !isShown) throw new Violation('P3', `${name} lost ${lost.join(', ')}, and ${this.owner.name} shows nobody`)
    const wrong = [...after.attention.values()].find(
      (item) => item.operation?.operationId === operationId && (item.kind === 'rejected' || item.kind === 'conflict'),
    )
    if (wrong !== undefined) throw new Violation('P2', `${name} took effect, and ${this.owner.name} calls it ${wrong.kind}`)
  }

  readonly #attendedItems = new Map<number, AttentionItem>()
  readonly #discarded = new Set<string>()

  /** The person is about to deal with an item. */
  attend(item: AttentionItem, how: 'retry' | 'edit' | 'discard'): void {
    this.attended.add(item.id)
    this.#attendedItems.set(item.id, item)
    if (how === 'discard') this.#discarded.add(keyOf(item))
  }

  /** What depends on a create that is given up goes with it. */
  #isDiscardedWithAnother(operation: OutboxEntry['operation']): boolean {
    const target = operation.payload['productId']
    return this.#discarded.has(keyOf(operation)) || (typeof target === 'string' && this.#discarded.has(`product/${target}`)) || (typeof target === 'string' && this.deletedByPerson.has(`product/${target}`))
  }

  #checkAttended(item: AttentionItem, after: DeviceSnapshot): void {
    if (this.attended.has(item.id) || this.isAdopted) return
    // Notices on entries that are still in the outbox, or were settled after all, may go by themselves.
    if (item.kind === 'failed' || item.kind === 'blocked') {
      const { entryId } = item
      if (entryId !== undefined && (after.entries.has(entryId) || item.operation !== undefined)) return
    }
    throw new Violation('P3', `what ${this.owner.name} had to show of ${keyOf(item)} (${item.kind}) went away by itself`)
  }

  /** P5: what the checkpoint covers is there, whole. P7: nothing else is. */
  #checkConfirmed({ confirmed, checkpoint }: DeviceSnapshot): void {
    const { tenant, user, name } = this.owner
    for (const [key, row] of confirmed) {
      this.#ledger.checkRow(this.owner, `${key} on ${name}`, row.fields)
      if (key.startsWith('diary/') && row.fields['owner'] !== user) throw new Violation('P7', `${name} has the diary ${key} of somebody else`)
    }
    const issued = checkpoint === undefined ? undefined : this.#ledger.checkpoints.get(checkpoint)
    if (tenant === undefined || checkpoint === undefined) return
    if (issued === undefined) throw new Violation('P5', `${name} keeps a checkpoint that no server gave it`)
    if (issued.epoch !== `epoch-${this.#ledger.restoreCount}`) return
    const truth = this.#ledger.truthOf(tenant)
    for (const [key, { stored }] of truth.records) {
      if (stored.seq > issued.seq || !isVisible(issued.rights, stored)) continue
      const row = confirmed.get(key)
      if (row === undefined && stored.isDeleted) continue
      if (row === undefined || row.version < stored.version)
        throw new Violation('P5', `${name} stands at ${issued.seq} and has ${row === undefined ? 'nothing' : `version ${row.version}`} of ${key}, which has version ${stored.version} since ${stored.seq}`)
      if (row.version === stored.version && !isSameRecord(row, stored)) throw new Violation('P6', `${name} has another version ${row.version} of ${key} than the disk`)
    }
  }
}

export function tagsOf({ operation }: OutboxEntry): readonly string[] {
  return Object.values(operation.payload).filter((value): value is string => typeof value === 'string' && value.includes('#'))
}
