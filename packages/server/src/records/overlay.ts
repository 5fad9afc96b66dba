import type { DeviceKey, JudgementBasis, RecordKey, StoredRecord, StoredVerdict } from './record-store.ts'

export interface ChangedRecord {
  readonly record: StoredRecord
  /** The operation that made this version. */
  readonly operationId: string
}

/**
 * What the tenant's records would be after the operations judged so far, over what was read of the store. An operation that throws, or a
 * group that is not taken, is rolled back to its mark: a savepoint without a database.
 */
export class Overlay {
  readonly basisHead: number
  readonly #recordByKey = new Map<string, StoredRecord | undefined>()
  readonly #changedByKey = new Map<string, ChangedRecord>()
  readonly #verdictById = new Map<string, StoredVerdict>()
  readonly #operationIdByPlace = new Map<string, string>()
  readonly #prunedThroughByDevice = new Map<string, number>()
  readonly #newVerdicts = new Map<string, StoredVerdict>()
  readonly #undo: (() => void)[] = []
  #head: number
  #changesInRequest = 0

  constructor(basis: JudgementBasis) {
    this.basisHead = basis.head
    this.#head = basis.head
    for (const record of basis.records) this.#recordByKey.set(recordKey(record), record)
    for (const verdict of basis.verdicts) this.#learn(verdict)
    for (const device of basis.devices) this.#prunedThroughByDevice.set(deviceKey(device), device.prunedThrough)
  }

  get head(): number {
    return this.#head
  }

  /** The sequence number of the request that is judged now, if it changes something. */
  get seq(): number {
    return this.#head + 1
  }

  /** Whether the record was read, or found to be absent. */
  knows(key: RecordKey): boolean {
    return this.#recordByKey.has(recordKey(key))
  }

  /** Takes note of what was read later, in the same state of the store. */
  note(key: RecordKey, record: StoredRecord | undefined): void {
    if (!this.knows(key)) this.#recordByKey.set(recordKey(key), record)
  }

  get(key: RecordKey): StoredRecord | undefined {
    return this.#recordByKey.get(recordKey(key))
  }

  put(record: StoredRecord, operationId: string): void {
    const key = recordKey(record)
    const before = this.#recordByKey.get(key)
    const changedBefore = this.#changedByKey.get(key)
    this.#recordByKey.set(key, record)
    this.#changedByKey.set(key, { record, operationId })
    this.#changesInRequest += 1
    this.#undo.push(() => {
      this.#recordByKey.set(key, before)
      this.#changedByKey.delete(key)
      if (changedBefore !== undefined) this.#changedByKey.set(key, changedBefore)
      this.#changesInRequest -= 1
    })
  }

  verdictOf(operationId: string): StoredVerdict | undefined {
    return this.#verdictById.get(operationId)
  }

  /** The operation that has this number of this device. */
  operationAt(device: DeviceKey, deviceSeq: number): string | undefined {
    return this.#operationIdByPlace.get(placeKey(device, deviceSeq))
  }

  prunedThrough(device: DeviceKey): number {
    return this.#prunedThroughByDevice.get(deviceKey(device)) ?? 0
  }

  addVerdict(verdict: StoredVerdict): void {
    this.#learn(verdict)
    this.#newVerdicts.set(verdict.operationId, verdict)
    this.#undo.push(() => {
      this.#newVerdicts.delete(verdict.operationId)
      this.#verdictById.delete(verdict.operationId)
      this.#operationIdByPlace.delete(placeKey(verdict, verdict.deviceSeq))
    })
  }

  mark(): number {
    return this.#undo.length
  }

  rollBack(mark: number): void {
    while (this.#undo.length > mark) this.#undo.pop()?.()
  }

  /** Ends a request; the rows it changed have its sequence number. */
  finishRequest(): void {
    if (this.#changesInRequest > 0) this.#head += 1
    this.#changesInRequest = 0
    this.#undo.length = 0
  }

  /** In order of `seq`, each record once, as it would be. */
  changes(): readonly ChangedRecord[] {
    return [...this.#changedByKey.values()].toSorted((one, other) => one.record.seq - other.record.seq)
  }

  newVerdicts(): readonly StoredVerdict[] {
    return [...this.#newVerdicts.values()]
  }

  #learn(verdict: StoredVerdict): void {
    this.#verdictById.set(verdict.operationId, verdict)
    this.#operationIdByPlace.set(placeKey(verdict, verdict.deviceSeq), verdict.operationId)
  }
}

/** No id has a line feed; an entity that there is not may be named anything. */
function recordKey({ entityType, recordId }: RecordKey): string {
  return `${recordId}\n${entityType}`
}

function deviceKey({ user, deviceId }: DeviceKey): string {
  return user === null ? deviceId : `${deviceId}/${user}`
}

function placeKey(device: DeviceKey, deviceSeq: number): string {
  return `${deviceSeq}/${deviceKey(device)}`
}
