import { isSameJson } from '@rejoin/core'
import type { AttentionItem, OperationEntry } from '@rejoin/client/simulation'
import type { Ledger } from './ledger.ts'
import { auditConfirmed } from './confirmed-audit.ts'
import { emptySnapshot, type DatabaseOwner, type DeviceSnapshot } from './device-snapshot.ts'
import { RequestWitness } from './request-witness.ts'
import { keyOf } from './server-truth.ts'
import { isEffective } from './verdict-book.ts'
import { Violation } from './violation.ts'

/** One database on one device, as far as it is durable: every transaction is compared with the one before. */
export class DeviceBook {
  readonly owner: DatabaseOwner
  /** Every tag that was ever in the outbox. */
  readonly tags = new Set<string>()
  /** Rows of the outbox that were damaged. */
  readonly damaged = new Set<number>()
  /** Records that the person deleted on this device. */
  readonly deletedByPerson = new Set<string>()
  /** Items that the person dealt with: retried, mended or discarded. */
  readonly attended = new Set<number>()
  /** Of the person whose work this became when they signed in. */
  adopter: DeviceBook | undefined
  /** Every operation that was ever in the outbox. */
  readonly operationIds = new Set<string>()
  /** Of the app's own. */
  readonly requests: RequestWitness
  readonly #ledger: Ledger
  #now: DeviceSnapshot = emptySnapshot
  /** When entries came in, by the world's time. */
  readonly #sinceByEntry = new Map<number, number>()

  constructor(owner: DatabaseOwner, ledger: Ledger) {
    this.owner = owner
    this.#ledger = ledger
    this.requests = new RequestWitness(this, ledger)
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
    for (const id of other.damaged) this.damaged.add(id)
  }

  /** Everything is gone, and no promise covers that. */
  wiped(): void {
    this.#now = emptySnapshot
    this.damaged.clear()
    this.requests.scenes.wiped()
  }

  committed(after: DeviceSnapshot, at: number): void {
    const before = this.#now
    this.#now = after
    for (const [id, entry] of after.entries) {
      const known = before.entries.get(id)
      if (known === undefined) this.#sinceByEntry.set(id, at)
      for (const tag of tagsOf(entry)) this.tags.add(tag)
      this.operationIds.add(entry.operation.operationId)
      this.#ledger.checkRow(this.owner, `the outbox of ${this.owner.name}`, entry.operation.payload)
      if (known === undefined || known.operation === entry.operation) continue
      // What a person mended takes the old place.
      if (known.operation.operationId === entry.operation.operationId) this.#checkChange(known, entry)
      else this.#checkRemoval(known, after)
    }
    for (const [id, entry] of before.entries) if (!after.entries.has(id)) this.#checkRemoval(entry, after)
    for (const [id, item] of before.attention) if (!after.attention.has(id)) this.#checkAttended(item, after)
    this.requests.committed(before, after, at)
    if (before.confirmed !== after.confirmed) auditConfirmed(this.#ledger, this.owner, after)
  }

  /** An operation that may be on its way is never touched; one that is not may take in later changes of its record. */
  #checkChange({ operation: was }: OperationEntry, { operation: is }: OperationEntry): void {
    const { book } = this.#ledger
    const isSameChange =
      was.operationType === is.operationType && isSameJson(was.payload, is.payload) && was.recordId === is.recordId
    const isAsSent = isSameChange && was.baseVersion === is.baseVersion
    if (!book.hasClones && !isAsSent && book.wasSent(this.owner.tenant ?? '', was.operationId))
      throw new Violation('P2', `${nameOf(was)} was sent, and changed in the outbox afterwards`)
    if (isSameChange || was.schemaVersion !== is.schemaVersion) return
    this.#ledger.note('coalesced')
    if (is.operationType !== 'delete' || !this.deletedByPerson.has(keyOf(was))) this.#checkKeptFields(was, is)
  }

  #checkKeptFields(was: Operation, is: Operation): void {
    for (const field of Object.keys(was.payload)) {
      const isOptional = field === 'note' || field === 'remark'
      if (!(field in is.payload) && !isOptional) throw new Violation('P3', `${nameOf(was)} lost ${field} in the outbox`)
    }
  }

  /** Whatever leaves the outbox has a reason that can be shown. */
  #checkRemoval({ operation, entryId }: OperationEntry, after: DeviceSnapshot): void {
    if (this.adopter?.operationIds.has(operation.operationId) === true) return this.#ledger.note('adopted at sign-in')
    if (this.#isAttended(operation, entryId) || this.#isDiscardedWithAnother(operation)) return
    if (this.damaged.has(entryId)) return this.#checkUnreadable(entryId, after)
    const shown = [...after.attention.values()].filter((item) => item.operation?.operationId === operation.operationId)
    const verdict = this.#ledger.book.everHadVerdict(this.owner.tenant ?? '', operation.operationId)
    if (verdict === undefined) this.#checkUnanswered(operation, shown)
    else if (isEffective(verdict.status)) this.#checkTaken(operation, shown)
    // What only a clone sent, and was taken back here, has its verdict there.
    else if (shown.length === 0 && !(this.#ledger.book.hasClones && this.deletedByPerson.has(keyOf(operation))))
      throw new Violation('P3', `${nameOf(operation)} was refused as ${verdict.code}, and ${this.owner.name} shows nobody`)
  }

  #isAttended({ operationId }: Operation, entryId: number): boolean {
    return [...this.#attendedItems.values()].some(
      (item) => item.entryId === entryId || item.operation?.operationId === operationId,
    )
  }

  #checkUnanswered(operation: Operation, shown: readonly AttentionItem[]): void {
    const { book, finallyAnswered } = this.#ledger
    if (shown.length > 0 && (finallyAnswered.has(operation.operationId) || book.hasClones)) return
    // What a clone sent was never sent from here.
    const wasSent = !book.hasClones && book.wasSent(this.owner.tenant ?? '', operation.operationId)
    if (!wasSent && this.deletedByPerson.has(keyOf(operation))) return this.#ledger.note('cancelled before it was sent')
    throw new Violation('P3', `${nameOf(operation)} left the outbox of ${this.owner.name}, and the server never had it`)
  }

  #checkTaken(operation: Operation, shown: readonly AttentionItem[]): void {
    const { book } = this.#ledger
    if (book.hasClones) return
    const lost = book.effectOf(this.owner.tenant ?? '', operation.operationId)?.lostFields ?? []
    if (lost.length > 0 && shown.length === 0)
      throw new Violation('P3', `${nameOf(operation)} lost ${lost.join(', ')}, and ${this.owner.name} shows nobody`)
    const wrong = shown.find(({ kind }) => kind === 'rejected' || kind === 'conflict')
    if (wrong !== undefined)
      throw new Violation('P2', `${nameOf(operation)} took effect, and ${this.owner.name} calls it ${wrong.kind}`)
  }

  /** What cannot be read is set aside as it was found. */
  #checkUnreadable(entryId: number, after: DeviceSnapshot): void {
    const isKept = [...after.attention.values()].some(
      ({ kind, raw }) => kind === 'unreadable' && JSON.stringify(raw).includes(`"entryId":${entryId},`),
    )
    if (!isKept) throw new Violation('P3', `a damaged row of ${this.owner.name} is nowhere to be seen`)
    this.#ledger.note('damaged row set aside')
  }

  readonly #attendedItems = new Map<number, AttentionItem>()
  readonly #discarded = new Set<string>()

  /** The person is about to deal with an item. */
  attend(item: AttentionItem, how: 'retry' | 'edit' | 'discard'): void {
    this.attended.add(item.id)
    this.#attendedItems.set(item.id, item)
    this.requests.attend(item, how)
    if (how !== 'discard') return
    this.#discarded.add(keyOf(item))
    const { groupId } = item.operation ?? {}
    if (groupId === undefined) return
    this.#discarded.add(groupId)
    for (const { operation } of this.#now.entries.values())
      if (operation.groupId === groupId) this.#discarded.add(keyOf(operation))
  }

  /** What depends on a create that is given up goes with it. */
  #isDiscardedWithAnother(operation: OperationEntry['operation']): boolean {
    const target = operation.payload['productId']
    return (
      (operation.groupId !== undefined && this.#discarded.has(operation.groupId)) ||
      this.#discarded.has(keyOf(operation)) ||
      (typeof target === 'string' && this.#discarded.has(`product/${target}`)) ||
      (typeof target === 'string' && this.deletedByPerson.has(`product/${target}`))
    )
  }

  #checkAttended(item: AttentionItem, after: DeviceSnapshot): void {
    if (this.attended.has(item.id) || this.adopter !== undefined || item.request !== undefined) return
    // Notices on entries that are still in the outbox, or were settled after all, may go by themselves.
    if (item.kind === 'failed' || item.kind === 'blocked') {
      const { entryId } = item
      if (entryId !== undefined && (after.entries.has(entryId) || item.operation !== undefined)) return
    }
    throw new Violation('P3', `what ${this.owner.name} had to show of ${keyOf(item)} (${item.kind}) went away by itself`)
  }
}

type Operation = OperationEntry['operation']

function nameOf(operation: Operation): string {
  return `${operation.operationType} of ${keyOf(operation)} (${operation.operationId})`
}

function tagsOf({ operation }: OperationEntry): readonly string[] {
  return Object.values(operation.payload).filter((value): value is string => typeof value === 'string' && value.includes('#'))
}
