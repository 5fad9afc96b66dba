import type {
  ChangesPage,
  DeviceKey,
  JudgementBasis,
  JudgementRequest,
  RecordKey,
  RecordsCommit,
  StoredDevice,
  StoredRecord,
  StoredVerdict,
} from '../records/record-store.ts'

interface KeptVerdict {
  readonly verdict: StoredVerdict
  /** When it was stored, ms since the epoch. */
  readonly at: number
}

/** The records of one tenant as maps. Synchronous: each call is one transaction. */
export class MemoryRecords {
  head = 0
  purgedThrough = 0
  readonly audit: RecordsCommit['audit'][number][] = []
  readonly #recordByKey = new Map<string, StoredRecord>()
  readonly #verdictById = new Map<string, KeptVerdict>()
  readonly #operationIdByPlace = new Map<string, string>()
  readonly #deviceByKey = new Map<string, StoredDevice>()
  /** In order of `seq`; entries whose record has moved on are skipped. */
  #feed: StoredRecord[] = []

  read({ operationIds, places, devices, records }: JudgementRequest): JudgementBasis {
    const placedIds = places.flatMap((place) => this.#operationIdByPlace.get(placeKey(place)) ?? [])
    const ids = new Set([...operationIds, ...placedIds])
    return {
      head: this.head,
      verdicts: [...ids].flatMap((id) => this.#verdictById.get(id)?.verdict ?? []),
      devices: [...new Set(devices.map(deviceKey))].flatMap((key) => this.#deviceByKey.get(key) ?? []),
      records: [...new Set(records.map(recordKey))].flatMap((key) => this.#recordByKey.get(key) ?? []),
    }
  }

  commit(commit: RecordsCommit, now: number): 'committed' | 'stale' {
    if (commit.afterHead !== this.head || commit.verdicts.some((verdict) => this.#isTaken(verdict))) return 'stale'
    for (const record of commit.records) {
      this.#recordByKey.set(recordKey(record), record)
      this.#feed.push(record)
    }
    for (const verdict of commit.verdicts) {
      this.#verdictById.set(verdict.operationId, { verdict, at: now })
      this.#operationIdByPlace.set(placeKey(verdict), verdict.operationId)
    }
    for (const { user, deviceId, ackedThrough } of commit.devices)
      this.#raise({ user, deviceId }, { ackedThrough, prunedThrough: 0 })
    this.audit.push(...commit.audit)
    this.head = commit.head
    if (this.#feed.length > 2 * this.#recordByKey.size + 100) this.#feed = this.#feed.filter((record) => this.#isCurrent(record))
    return 'committed'
  }

  /** @param isWanted which rows the page is about; a page never ends inside one sequence number */
  page(afterSeq: number, limit: number, isWanted: (record: StoredRecord) => boolean): ChangesPage {
    const records: StoredRecord[] = []
    const { head, purgedThrough } = this
    for (let index = this.#firstAfter(afterSeq); index < this.#feed.length; index++) {
      const record = this.#feed[index]
      if (record === undefined || !this.#isCurrent(record) || !isWanted(record)) continue
      const lastSeq = records.at(-1)?.seq
      if (records.length >= limit && lastSeq !== undefined && record.seq !== lastSeq)
        return { records, throughSeq: lastSeq, head, purgedThrough }
      records.push(record)
    }
    return { records, throughSeq: Math.max(head, afterSeq), head, purgedThrough }
  }

  get(key: RecordKey): StoredRecord | undefined {
    return this.#recordByKey.get(recordKey(key))
  }

  pruneTombstones(before: number): void {
    for (const [key, record] of this.#recordByKey) {
      if (!record.isDeleted || record.serverUpdatedAt >= before) continue
      this.#recordByKey.delete(key)
      this.purgedThrough = Math.max(this.purgedThrough, record.seq)
    }
  }

  pruneVerdicts(before: number): void {
    for (const [id, { verdict, at }] of this.#verdictById) {
      const acked = this.#deviceByKey.get(deviceKey(verdict))?.ackedThrough ?? 0
      if (at >= before || verdict.deviceSeq > acked) continue
      this.#verdictById.delete(id)
      this.#operationIdByPlace.delete(placeKey(verdict))
      this.#raise(verdict, { ackedThrough: 0, prunedThrough: verdict.deviceSeq })
    }
  }

  #isTaken(verdict: StoredVerdict): boolean {
    return this.#verdictById.has(verdict.operationId) || this.#operationIdByPlace.has(placeKey(verdict))
  }

  #raise({ user, deviceId }: DeviceKey, floors: Omit<StoredDevice, keyof DeviceKey>): void {
    const key = deviceKey({ user, deviceId })
    const known = this.#deviceByKey.get(key)
    this.#deviceByKey.set(key, {
      user,
      deviceId,
      ackedThrough: Math.max(known?.ackedThrough ?? 0, floors.ackedThrough),
      prunedThrough: Math.max(known?.prunedThrough ?? 0, floors.prunedThrough),
    })
  }

  #isCurrent(record: StoredRecord): boolean {
    return this.#recordByKey.get(recordKey(record)) === record
  }

  #firstAfter(seq: number): number {
    let low = 0
    let high = this.#feed.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#feed[middle]?.seq ?? 0) > seq) high = middle
      else low = middle + 1
    }
    return low
  }
}

function recordKey({ entityType, recordId }: RecordKey): string {
  return JSON.stringify([entityType, recordId])
}

function deviceKey({ user, deviceId }: DeviceKey): string {
  return JSON.stringify([user, deviceId])
}

function placeKey({ user, deviceId, deviceSeq }: DeviceKey & { readonly deviceSeq: number }): string {
  return JSON.stringify([user, deviceId, deviceSeq])
}
