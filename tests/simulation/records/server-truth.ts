import { isSameJson, type Operation } from '@rejoin/core'
import type { RecordsCommit } from '@rejoin/server/simulation'
import { isEffective, type VerdictBook } from './verdict-book.ts'
import { expectVerdict, isSameRecord, type ReferenceRecord } from './reference-record.ts'
import { Violation } from './violation.ts'

type StoredRecord = RecordsCommit['records'][number]
type StoredVerdict = RecordsCommit['verdicts'][number]

/** A record as the disk has it, beside what it must be. */
export interface TrueRecord {
  readonly stored: StoredRecord
  readonly reference: ReferenceRecord
  /** When the disk had it, ms of the world's time. */
  readonly durableAt: number
}

/** The records of one tenant, from the commits that reached the disk and from nothing else. */
export class ServerTruth {
  readonly tenant: string
  readonly records = new Map<string, TrueRecord>()
  /** Tombstones that upkeep deleted, by record, with the sequence number they had. */
  readonly purgedSeqByKey = new Map<string, number>()
  head = 0
  /** Records of which it is not known what was asked for: clones sent different things under one id. */
  readonly #untracked = new Set<string>()
  /** What the earlier operations of a group in the commit at hand were based on, by group and record. */
  readonly #baseByGroup = new Map<string, number | null>()
  readonly #book: VerdictBook

  constructor(tenant: string, book: VerdictBook) {
    this.tenant = tenant
    this.#book = book
  }

  committed(commit: RecordsCommit, now: number): void {
    if (commit.head < this.head) throw new Violation('P5', `the head fell from ${this.head} to ${commit.head}`)
    const referenceByKey = new Map<string, ReferenceRecord | undefined>()
    const at = commit.audit[0]?.at ?? now
    for (const verdict of commit.verdicts) this.#judge(verdict, at, referenceByKey)
    for (const stored of commit.records) {
      const key = keyOf(stored)
      // From here on it goes by what the disk has.
      if (this.#untracked.delete(key)) referenceByKey.set(key, stored)
      else this.#check(stored, commit, referenceByKey)
    }
    this.#untracked.clear()
    this.#baseByGroup.clear()
    for (const [key, reference] of referenceByKey) {
      const stored = commit.records.find((record) => keyOf(record) === key)
      if (stored === undefined || reference === undefined)
        throw new Violation('P2', `${key} has a verdict that takes effect, and no row`)
      this.records.set(key, { stored, reference, durableAt: now })
    }
    this.head = commit.head
  }

  pruneTombstones(before: number): void {
    for (const [key, { stored }] of this.records) {
      if (!stored.isDeleted || stored.serverUpdatedAt >= before) continue
      this.records.delete(key)
      this.purgedSeqByKey.set(key, stored.seq)
    }
  }

  /** Puts a verdict beside what the rules of the design give. */
  #judge(verdict: StoredVerdict, now: number, referenceByKey: Map<string, ReferenceRecord | undefined>): void {
    const operation = this.#book.contentOf(this.tenant, verdict.operationId)
    if (operation === undefined) throw new Violation('P2', `a verdict on ${verdict.operationId}, which nobody ever sent`)
    const key = keyOf(operation)
    if (this.#book.isAmbiguous(this.tenant, verdict.operationId)) {
      this.#untracked.add(key)
      if (isEffective(verdict.status)) this.#book.tookEffect(this.tenant, operation, { lostFields: [] })
      return
    }
    const current = referenceByKey.get(key) ?? this.records.get(key)?.reference
    const expected = expectVerdict(current, this.#inItsGroup(operation, current), now)
    const name = `${operation.operationType} of ${key} (${verdict.operationId})`
    if (isEffective(verdict.status)) {
      if (!expected.takesEffect) throw new Violation('P2', `${name} was taken; it must be ${expected.code}`)
      if (expected.record !== undefined) referenceByKey.set(key, expected.record)
      this.#book.tookEffect(this.tenant, operation, { lostFields: lostFields(operation, expected.record ?? current) })
    } else {
      if (this.#book.mayBeRefused(this.tenant, operation, verdict.code)) return
      if (expected.takesEffect || expected.code !== verdict.code) {
        const wanted = expected.takesEffect ? 'take effect' : `be ${expected.code}`
        throw new Violation('P2', `${name} was refused as ${verdict.code}; it must ${wanted}`)
      }
    }
  }

  /** Who changes a record twice in one group has seen their own first change. */
  #inItsGroup(operation: Operation, current: ReferenceRecord | undefined): Operation {
    const { groupId, baseVersion } = operation
    if (groupId === undefined) return operation
    const place = `${groupId}/${keyOf(operation)}`
    const before = this.#baseByGroup.get(place)
    this.#baseByGroup.set(place, baseVersion)
    return before !== undefined && before === baseVersion && current !== undefined
      ? { ...operation, baseVersion: current.version }
      : operation
  }

  #check(stored: StoredRecord, commit: RecordsCommit, referenceByKey: ReadonlyMap<string, ReferenceRecord | undefined>): void {
    const key = keyOf(stored)
    const reference = referenceByKey.get(key)
    if (reference === undefined) throw new Violation('P2', `${key} changed without a verdict in the same transaction`)
    if (!isSameRecord(stored, reference))
      throw new Violation('P6', `${key} is ${show(stored)}; by the rules it is ${show(reference)}`)
    if (stored.seq <= this.head || stored.seq > commit.head)
      throw new Violation('P5', `${key} got the sequence number ${stored.seq}`)
    const ahead = Object.values(stored.stamps).find(({ time }) => time > stored.serverUpdatedAt + 1_000)
    if (ahead !== undefined)
      throw new Violation('P10', `${key} has a stamp ${ahead.time - stored.serverUpdatedAt} ms in the future`)
  }
}

export function keyOf({ entityType, recordId }: { readonly entityType: string; readonly recordId: string }): string {
  return `${entityType}/${recordId}`
}

/** What an operation wanted to write and is not there after it. */
function lostFields({ operationType, payload }: Operation, record: ReferenceRecord | undefined): readonly string[] {
  if (operationType !== 'update' || record === undefined) return []
  return Object.entries(payload).flatMap(([field, wanted]) => (isSameJson(record.fields[field] ?? null, wanted) ? [] : [field]))
}

function show({
  version,
  isDeleted,
  fields,
}: {
  readonly version: number
  readonly isDeleted: boolean
  readonly fields: object
}): string {
  return `version ${version}${isDeleted ? ' (deleted)' : ''} ${JSON.stringify(fields)}`
}
