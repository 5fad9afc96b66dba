import type { Schema } from '@rejoin/core'
import { z } from 'zod'
import type { RecordTables, RowRange } from '../record-database/record-database.ts'
import { readOutboxRow } from '../record-database/read-outbox-row.ts'
import type { OutboxRow } from '../record-database/record-rows.ts'
import { lanesWaitedOn } from './lanes.ts'
import type { OperationEntry } from './outbox-entry.ts'
import { entryIdOf, entryOf, isSameRow, rowOf } from './outbox-row.ts'

const recordKeySchema = z.object({ recordKey: z.string() })

/** Rows are written so many at a time, so that no single step keeps the page busy. */
const rowsPerStep = 500
/** More look-ups than this are saved by one look at everything that waits, where that is not more. */
const lookUpsMax = 16

/** Where what waits is found. */
const waitingLots = ['waiting', 'parked'].map((lot) => ({ index: '[lot+order]', from: [lot, 0], to: [lot, 0] }))

/** What was sent waits for nothing but its answer. */
function isSetBack({ state }: OperationEntry): boolean {
  return state === 'parked' || state === 'failed'
}

function canWait({ state }: OperationEntry): boolean {
  return state === 'ready' || state === 'parked'
}

/**
 * The outbox inside one writing transaction: what was read, as it was changed. `flush` works out what became free or has to wait, and
 * writes that too, so that choosing a batch and counting are lookups.
 */
export class OutboxDraft {
  readonly #table: RecordTables['outbox']
  readonly #schema: Schema
  readonly #storedById = new Map<number, OutboxRow>()
  readonly #entryById = new Map<number, OperationEntry>()
  /** Of the stored ones that were read. */
  readonly #waitersByLane = new Map<string, number[]>()
  readonly #idsByRecord = new Map<string, Set<number>>()
  /** Records all of whose entries were read. */
  readonly #loaded = new Set<string>()
  readonly #touched = new Set<number>()
  /** Records whose lane lost or gained something. */
  readonly #stirred = new Set<string>()
  readonly #damaged = new Map<number, unknown>()
  /** In each of the waiting lots, before this transaction. */
  #waitingCounts: Promise<readonly number[]> | undefined
  /** Whether all that waits for something was read. */
  #isWaitingRead = false

  constructor(table: RecordTables['outbox'], schema: Schema) {
    this.#table = table
    this.#schema = schema
  }

  /** Reads all entries of these records, so that `ofRecord` may be asked. */
  async load(recordKeys: Iterable<string>): Promise<void> {
    const asked = [...new Set(recordKeys)].filter((key) => !this.#loaded.has(key))
    await this.#readWaiting(asked.length)
    const missing = this.#isWaitingRead ? asked.filter((key) => !this.#hasHead(key)) : asked
    await Promise.all(missing.map((key) => this.read({ index: 'recordKey', from: key, to: key })))
    for (const key of asked) this.#loaded.add(key)
  }

  /** Reads these records' entries, those of the records they need, and so on. */
  async loadWithLanes(recordKeys: Iterable<string>): Promise<void> {
    await this.load(recordKeys)
    for (let size = -1; size !== this.#loaded.size;) {
      size = this.#loaded.size
      await this.load([...this.#entryById.values()].flatMap(({ lanes }) => lanes))
    }
  }

  /** This record is new: nobody can have an entry of it. */
  assumeNew(recordKey: string): void {
    this.#loaded.add(recordKey)
  }

  /** Reads a stretch of the table, as far as it was not read before; gives what of it there is now. `operationIds`: others are left out. */
  async read(range: RowRange, operationIds?: ReadonlySet<string>): Promise<readonly OperationEntry[]> {
    const found: OperationEntry[] = []
    for (const stored of await this.#table.range(range)) {
      if (operationIds !== undefined && isOther(stored, operationIds)) continue
      const id = this.#adopt(stored)
      const entry = id === undefined ? undefined : this.#entryById.get(id)
      if (entry !== undefined) found.push(entry)
    }
    return found
  }

  /** Reads the whole outbox, step by step. */
  async readAll(): Promise<void> {
    let after = -Infinity
    for (;;) {
      const rows = await this.#table.range({ from: after, isFromOpen: true, limit: rowsPerStep })
      for (const row of rows) this.#adopt(row)
      const last = entryIdOf(rows.at(-1))
      if (last === undefined) return
      after = last
    }
  }

  /** As `ofRecord`, as far as it was read. */
  knownOf(recordKey: string): readonly OperationEntry[] {
    return [...(this.#idsByRecord.get(recordKey) ?? [])]
      .toSorted((left, right) => left - right)
      .flatMap((id) => this.get(id) ?? [])
  }

  /** In the order in which they were done. The record has to be loaded. */
  ofRecord(recordKey: string): readonly OperationEntry[] {
    if (!this.#loaded.has(recordKey)) throw new Error(`${recordKey} was not loaded`)
    return this.knownOf(recordKey)
  }

  /** All that was read, in the order in which it was done. */
  all(): readonly OperationEntry[] {
    return [...this.#entryById.values()].toSorted((left, right) => left.entryId - right.entryId)
  }

  get(entryId: number): OperationEntry | undefined {
    return this.#entryById.get(entryId)
  }

  put(entry: OperationEntry): void {
    const isNew = !this.#entryById.has(entry.entryId)
    this.#enter(entry)
    this.#touched.add(entry.entryId)
    // Done at the end of the lane, it is nobody's predecessor yet; put back into an old place, it is.
    const [own = ''] = entry.lanes
    if (isNew && this.#loaded.has(own) && this.ofRecord(own).at(-1)?.entryId !== entry.entryId) this.#stirred.add(own)
  }

  remove(entryId: number): void {
    const entry = this.#entryById.get(entryId)
    if (entry === undefined) return
    const [own = ''] = entry.lanes
    this.#entryById.delete(entryId)
    this.#idsByRecord.get(own)?.delete(entryId)
    this.#touched.add(entryId)
    this.#stirred.add(own)
  }

  /** Those of these records that something may wait for, or that have more than what was sent. Where little waits at all, that is looked through instead. */
  async awaited(recordKeys: readonly string[]): Promise<readonly string[]> {
    if (recordKeys.length === 0) return []
    this.#waitingCounts ??= Promise.all(waitingLots.map((lot) => this.#table.count(lot)))
    const counts = await this.#waitingCounts
    if (counts.reduce((sum, count) => sum + count, 0) > recordKeys.length) return recordKeys
    const lots = waitingLots.filter((_lot, at) => counts[at] !== 0)
    const lanes = new Set((await Promise.all(lots.map((lot) => this.read(lot)))).flat().flatMap((entry) => entry.lanes))
    for (const id of this.#touched) for (const lane of this.get(id)?.lanes ?? []) lanes.add(lane)
    return recordKeys.filter((key) => lanes.has(key))
  }

  /** Those that wait for something of this record, its own later ones included, as it was before this transaction. */
  async waitersOf(recordKey: string): Promise<readonly OperationEntry[]> {
    if (!this.#isWaitingRead) return this.read({ index: 'waitsOn', from: recordKey, to: recordKey })
    return (this.#waitersByLane.get(recordKey) ?? []).flatMap((id) => this.get(id) ?? [])
  }

  /** Those that need this record, whether they were stored before or put in just now; its own later ones included. */
  async dependentsOf(recordKey: string): Promise<readonly OperationEntry[]> {
    const stored = await this.waitersOf(recordKey)
    const isNew = ({ entryId, lanes }: OperationEntry): boolean => !this.#storedById.has(entryId) && lanes.includes(recordKey)
    return [...stored, ...[...this.#entryById.values()].filter(isNew)]
  }

  /** Writes everything. Resolves with the rows that could not be read; they are in the outbox no more. */
  async flush(): Promise<readonly unknown[]> {
    const stirred = await this.awaited([...this.#stirred])
    await this.load(stirred)
    const waiters = await Promise.all(stirred.map((key) => this.waitersOf(key)))
    for (const { entryId } of [...waiters.flat(), ...stirred.flatMap((key) => this.ofRecord(key))]) this.#touched.add(entryId)
    await this.#touchGroups()
    const touched = [...this.#touched].flatMap((id) => this.get(id) ?? [])
    await this.load(touched.filter(canWait).flatMap(({ lanes }) => lanes))
    await this.#write(this.#rowsOf(touched))
    const gone = [...this.#storedById.keys()].filter((id) => !this.#entryById.has(id))
    await this.#table.bulkDelete([...gone, ...this.#damaged.keys()])
    return [...this.#damaged.values()]
  }

  async #readWaiting(lookUps: number): Promise<void> {
    if (this.#isWaitingRead || lookUps <= lookUpsMax) return
    if ((await this.#table.count({ index: 'waitsOn' })) > lookUps) return
    await this.read({ index: 'waitsOn' })
    this.#isWaitingRead = true
  }

  /** Whether the first entry of the record was read. All later ones wait for it, except those of its own group. */
  #hasHead(recordKey: string): boolean {
    return [...(this.#idsByRecord.get(recordKey) ?? [])].some((id) => {
      const row = this.#storedById.get(id)
      return row !== undefined && row.operation.groupId === undefined && row.waitsOn?.includes(recordKey) !== true
    })
  }

  /** A group is free all together or not at all, so its members are looked at together. */
  async #touchGroups(): Promise<void> {
    const groupIds = new Set([...this.#touched].flatMap((id) => this.#groupsOf(id)))
    for (const groupId of groupIds) {
      await this.read({ index: 'operation.groupId', from: groupId, to: groupId })
      for (const [id, { operation }] of this.#entryById) if (operation.groupId === groupId) this.#touched.add(id)
    }
  }

  /** The one it is in, and the one it was in. */
  #groupsOf(entryId: number): readonly string[] {
    return [this.get(entryId), this.#storedById.get(entryId)].flatMap((entry) => entry?.operation.groupId ?? [])
  }

  #rowsOf(entries: readonly OperationEntry[]): OutboxRow[] {
    const waits = new Map(
      entries.map((entry) => [entry, canWait(entry) ? lanesWaitedOn(entry, (lane) => this.ofRecord(lane)) : []]),
    )
    // A group of which something waits for others, or for a person, does not go.
    const heldGroups = new Set(
      entries
        .filter((entry) => isSetBack(entry) || (entry.firstSentAt === undefined && waits.get(entry)?.length !== 0))
        .map(({ operation }) => operation.groupId),
    )
    return entries.map((entry) => {
      const { groupId, entityType } = entry.operation
      const isHeld = groupId !== undefined && heldGroups.has(groupId)
      return rowOf(entry, { waitsOn: waits.get(entry) ?? [], isHeld, entity: this.#schema.entities[entityType] })
    })
  }

  async #write(rows: readonly OutboxRow[]): Promise<void> {
    const changed = rows.filter((row) => !isSameRow(this.#storedById.get(row.entryId), row))
    for (let at = 0; at < changed.length; at += rowsPerStep) await this.#table.bulkPut(changed.slice(at, at + rowsPerStep))
  }

  #adopt(stored: unknown): number | undefined {
    const row = readOutboxRow(stored)
    if (row === undefined) return this.#setAside(stored)
    if (this.#storedById.has(row.entryId)) return row.entryId
    this.#storedById.set(row.entryId, row)
    for (const lane of row.waitsOn ?? []) {
      const waiters = this.#waitersByLane.get(lane)
      if (waiters === undefined) this.#waitersByLane.set(lane, [row.entryId])
      else waiters.push(row.entryId)
    }
    this.#enter(entryOf(row))
    return row.entryId
  }

  #setAside(stored: unknown): undefined {
    const entryId = entryIdOf(stored)
    if (entryId === undefined) return
    this.#damaged.set(entryId, stored)
    const recordKey = recordKeySchema.safeParse(stored).data?.recordKey
    if (recordKey !== undefined) this.#stirred.add(recordKey)
  }

  #enter(entry: OperationEntry): void {
    this.#entryById.set(entry.entryId, entry)
    const [own = ''] = entry.lanes
    const ids = this.#idsByRecord.get(own)
    if (ids === undefined) this.#idsByRecord.set(own, new Set([entry.entryId]))
    else ids.add(entry.entryId)
  }
}

/** A row of another operation. What cannot be read may be any. */
function isOther(stored: unknown, operationIds: ReadonlySet<string>): boolean {
  const row = readOutboxRow(stored)
  return row !== undefined && !operationIds.has(row.operation.operationId)
}
