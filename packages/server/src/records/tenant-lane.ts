import type { Clock, Scheduler, Schema } from '@rejoin/core'
import { auditFactsOf } from './audit-facts.ts'
import { entityOf } from './entity-of.ts'
import { HookTime } from './hook-time.ts'
import type { JudgedOperation } from './judged-operation.ts'
import { judgeRequest } from './judge-request.ts'
import { Overlay, type ChangedRecord } from './overlay.ts'
import type { PreparedOperation } from './prepare-operation.ts'
import type { RecordRights } from './record-rights.ts'
import type { AuditEntry, DeviceKey, JudgementRequest, RecordsCommit, StoredRecord, TenantRecords } from './record-store.ts'
import { SyncRequestError, type ServerHooks } from './sync-service.ts'

/** Requests of one tenant that wait for their turn. */
const waitingRequestsMax = 1_000
/** Operations judged at a stretch: so long nobody else has the thread. */
const turnOperationsMax = 1_000
/** Another writer that is always faster is as good as no service. */
const staleTurnsMax = 20

export interface PushedRequest {
  readonly rights: RecordRights
  /** The device of the request; `undefined` where a program speaks for several. */
  readonly deviceId: string | undefined
  readonly ackedThrough: number
  readonly operations: readonly PreparedOperation[]
}

/** A request after its commit. */
export interface PushedResult {
  readonly judged: readonly JudgedOperation[]
  /** The records of the turn as they are now. */
  readonly overlay: Overlay
}

export interface TenantLaneOptions {
  readonly tenant: string
  readonly schema: Schema
  readonly records: TenantRecords
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Time that only goes forward, ms. */
  readonly elapsedMs: () => number
  readonly hooks: ServerHooks
  readonly report: (error: unknown) => void
  readonly onIdle: () => void
  readonly onCommitted: (change: {
    readonly from: number
    readonly to: number
    readonly changes: readonly ChangedRecord[]
  }) => void
}

interface Waiting {
  readonly request: PushedRequest
  readonly settle: PromiseWithResolvers<PushedResult>
}

/** The one way in for a tenant's operations: what waits together is read, judged and committed together. */
export class TenantLane {
  readonly #options: TenantLaneOptions
  readonly #waiting: Waiting[] = []
  #isRunning = false
  #isTaking = false

  constructor(options: TenantLaneOptions) {
    this.#options = options
  }

  get isIdle(): boolean {
    return !this.#isRunning
  }

  /** Whether requests beyond those that were just answered want something of the store. */
  get isPressed(): boolean {
    return this.#isTaking || this.#waiting.length > 0
  }

  /** Resolves after the commit. Rejects where the store fails: then nothing of the request has happened. */
  push(request: PushedRequest): Promise<PushedResult> {
    if (this.#waiting.length >= waitingRequestsMax)
      return Promise.reject(new SyncRequestError('OVERLOADED', 'too many requests of this tenant are waiting'))
    const settle = Promise.withResolvers<PushedResult>()
    this.#waiting.push({ request, settle })
    if (!this.#isRunning) void this.#run()
    return settle.promise
  }

  async #run(): Promise<void> {
    this.#isRunning = true
    // Requests that arrive together should share the first turn, too.
    await Promise.resolve()
    for (let turn = this.#nextTurn(); turn.length > 0; turn = this.#nextTurn()) {
      this.#isTaking = true
      try {
        await this.#take(turn)
      } catch (error) {
        this.#isTaking = false
        for (const { settle } of turn) settle.reject(error)
      }
    }
    this.#isRunning = false
    this.#options.onIdle()
  }

  #nextTurn(): readonly Waiting[] {
    let count = 0
    let operations = 0
    while (count < this.#waiting.length && (count === 0 || operations < turnOperationsMax)) {
      operations += this.#waiting[count]?.request.operations.length ?? 0
      count += 1
    }
    return this.#waiting.splice(0, count)
  }

  async #take(turn: readonly Waiting[]): Promise<void> {
    const requests = turn.map(({ request }) => request)
    for (let attempt = 0; attempt < staleTurnsMax; attempt++) {
      const judgement = await this.#judge(requests)
      const { overlay, commit } = judgement
      if (commit !== undefined && (await this.#options.records.commit(commit)) === 'stale') continue
      if (overlay.head > overlay.basisHead)
        this.#options.onCommitted({ from: overlay.basisHead, to: overlay.head, changes: overlay.changes() })
      this.#isTaking = false
      for (const [index, { settle }] of turn.entries()) settle.resolve({ judged: judgement.judged[index] ?? [], overlay })
      return
    }
    throw new SyncRequestError('OVERLOADED', 'other writers of this tenant are always faster')
  }

  async #judge(requests: readonly PushedRequest[]) {
    const { records, schema, clock, hooks, report } = this.#options
    const basis = await records.read(judgementRequestOf(requests, schema))
    const overlay = new Overlay(basis)
    const hookTime = new HookTime(this.#options)
    const now = clock.now()
    const judged: (readonly JudgedOperation[])[] = []
    const audit: AuditEntry[] = []
    for (const { rights, operations, deviceId } of requests) {
      const verdictsBefore = overlay.newVerdicts().length
      const judgedOperations = await judgeRequest(operations, { overlay, rights, now, schema, records, hooks, hookTime, report })
      judged.push(judgedOperations)
      if (overlay.newVerdicts().length === verdictsBefore) continue
      audit.push({ at: now, user: rights.facts.user, deviceId, facts: auditFactsOf(operations, judgedOperations) })
    }
    const devices = raisedFloors(requests, basis.devices)
    const verdicts = overlay.newVerdicts()
    if (verdicts.length === 0 && devices.length === 0) return { overlay, judged, commit: undefined }
    const changed: readonly StoredRecord[] = overlay.changes().map(({ record }) => record)
    const commit: RecordsCommit = { afterHead: overlay.basisHead, head: overlay.head, records: changed, verdicts, devices, audit }
    return { overlay, judged, commit }
  }
}

function judgementRequestOf(requests: readonly PushedRequest[], schema: Schema): JudgementRequest {
  const operationIds: string[] = []
  const places: JudgementRequest['places'][number][] = []
  const records: JudgementRequest['records'][number][] = []
  const deviceByKey = new Map<string, DeviceKey>()
  for (const { rights, deviceId, operations } of requests) {
    const { user } = rights.facts
    const noteDevice = (id: string): void => void deviceByKey.set(JSON.stringify([user, id]), { user, deviceId: id })
    if (deviceId !== undefined) noteDevice(deviceId)
    for (const { operationId, read } of operations) {
      if (read === undefined) continue
      const { entityType, recordId, deviceId: from, deviceSeq } = read.operation
      operationIds.push(operationId)
      places.push({ user, deviceId: from, deviceSeq })
      if (from !== deviceId) noteDevice(from)
      if (entityOf(schema, entityType) !== undefined) records.push({ entityType, recordId })
    }
  }
  return { operationIds, places, devices: [...deviceByKey.values()], records }
}

/** What devices said is settled, where it is more than was known. */
function raisedFloors(requests: readonly PushedRequest[], known: RecordsCommitDevices): RecordsCommit['devices'] {
  const floors = new Map<string, RecordsCommit['devices'][number]>()
  const keyOf = ({ user, deviceId }: DeviceKey): string => JSON.stringify([user, deviceId])
  const ackedByKey = new Map(known.map((device) => [keyOf(device), device.ackedThrough]))
  for (const { rights, deviceId, ackedThrough } of requests) {
    if (deviceId === undefined) continue
    const device = { user: rights.facts.user, deviceId, ackedThrough }
    const key = keyOf(device)
    if (ackedThrough <= (floors.get(key)?.ackedThrough ?? ackedByKey.get(key) ?? 0)) continue
    floors.set(key, device)
  }
  return [...floors.values()]
}

type RecordsCommitDevices = readonly (DeviceKey & { readonly ackedThrough: number })[]
