import {
  checkUpdate,
  syncLimits,
  type ChangesResponse,
  type Operation,
  type OperationResult,
  type PolicyRecord,
  type RecordRow,
  type Schema,
  type SyncResponse,
} from '@rejoin/core'
import { fromIsoTime, toIsoTime } from '../record-database/iso-time.ts'
import { recordKeyOf } from '../record-database/record-key.ts'

interface Held {
  readonly record: PolicyRecord
  readonly row: RecordRow
}

/** What a test does to an operation instead of judging it. */
export type Interference = Pick<OperationResult, 'status' | 'code' | 'message'>

/** A server of records in memory: the real policies, verdicts kept by operation id, a feed. No tenants, no limits, no network. */
export class FakeRecordServer {
  readonly #schema: Schema
  readonly #heldByKey = new Map<string, Held>()
  readonly #verdicts = new Map<string, OperationResult>()
  #seq = 0
  /** Advances with every push, so that no two stamps are equal by accident. */
  now = Date.parse('2026-11-21T12:00:00Z')
  /** Asked before each operation is judged; what it says is not kept as a verdict. */
  interfere: (operation: Operation) => Interference | undefined = () => undefined
  /** Operations in the order in which they took effect or were refused, repeats left out. */
  readonly judged: Operation[] = []

  constructor(schema: Schema) {
    this.#schema = schema
  }

  push(request: { readonly operations: readonly Operation[]; readonly checkpoint: string | undefined }): SyncResponse {
    this.now += 1_000
    const results = request.operations.map((operation) => this.#answer(operation))
    return {
      results,
      ...this.pull(request.checkpoint),
      limits: { ...syncLimits },
      summary: {
        success: true,
        syncedCount: results.length,
        conflictCount: 0,
        failedCount: 0,
        conflicts: [],
        failedOperations: [],
        durationMs: 0,
        timestamp: toIsoTime(this.now),
      },
    }
  }

  pull(checkpoint: string | undefined): ChangesResponse {
    const after = Number(checkpoint ?? 0)
    if (Number.isNaN(after)) return { changes: [], resyncRequired: 'unreadable', hasMore: false, serverTime: toIsoTime(this.now) }
    const changes = this.rows().filter(({ seq }) => seq > after)
    return { changes, checkpoint: String(this.#seq), hasMore: false, serverTime: toIsoTime(this.now) }
  }

  /** Everything, deleted records included, in the order of their last change. */
  rows(): RecordRow[] {
    return [...this.#heldByKey.values()].map(({ row }) => row).toSorted((left, right) => left.seq - right.seq)
  }

  row(recordKey: string): RecordRow | undefined {
    return this.#heldByKey.get(recordKey)?.row
  }

  /** Somebody else's change, by somebody who sees what the server has. */
  change(
    change: Pick<Operation, 'entityType' | 'recordId' | 'operationType'> & { readonly payload?: Operation['payload'] },
  ): void {
    this.now += 1_000
    this.#judge({
      payload: {},
      ...change,
      operationId: `ffffffff-0000-7000-8000-${String(this.#seq).padStart(12, '0')}`,
      deviceId: 'elsewhere',
      deviceSeq: this.#seq + 1,
      baseVersion: this.row(recordKeyOf(change))?.version ?? null,
      clientUpdatedAt: toIsoTime(this.now),
      tenantId: 'acme',
      schemaVersion: this.#schema.version,
    })
  }

  #answer(operation: Operation): OperationResult {
    const { operationId } = operation
    const serverState = this.row(recordKeyOf(operation))
    const first = this.#verdicts.get(operationId)
    if (first !== undefined) {
      const { status, code, seq, version } = first
      return {
        operationId,
        status: 'duplicate',
        first: { status, ...defined({ code, seq, version }) },
        ...defined({ serverState }),
      }
    }
    const interference = this.interfere(operation)
    if (interference !== undefined) return { operationId, ...interference, ...defined({ serverState }) }
    const verdict = this.#judge(operation)
    this.#verdicts.set(operationId, verdict)
    return verdict
  }

  #judge(operation: Operation): OperationResult {
    this.judged.push(operation)
    const key = recordKeyOf(operation)
    const entity = this.#schema.entities[operation.entityType]
    if (entity === undefined) return { operationId: operation.operationId, status: 'rejected', code: 'VALIDATION_ERROR' }
    const held = this.#heldByKey.get(key)
    const check = checkUpdate(entity, operation.payload)
    const change = check.type === 'valid' ? check.change : { payload: operation.payload, removedFields: [] }
    const policyOperation = { ...operation, ...change, clientUpdatedAt: fromIsoTime(operation.clientUpdatedAt) }
    const decision = entity.policy.decide(held?.record, policyOperation, { now: this.now })
    if ('record' in decision && decision.record !== undefined) this.#keep(key, operation, decision.record)
    const now = this.#heldByKey.get(key)?.row
    return {
      operationId: operation.operationId,
      status: decision.type,
      ...('code' in decision && { code: decision.code }),
      ...(decision.type === 'conflictResolved' && { code: 'CONFLICT_RESOLVED', lostFields: [...decision.lostFields] }),
      ...defined({ version: now?.version, serverState: now }),
    }
  }

  #keep(key: string, { entityType, recordId, clientUpdatedAt }: Operation, record: PolicyRecord): void {
    const before = this.#heldByKey.get(key)?.row
    const row: RecordRow = {
      entityType,
      recordId,
      version: record.version,
      seq: ++this.#seq,
      fields: record.fields,
      isDeleted: record.isDeleted,
      clientCreatedAt: before?.clientCreatedAt ?? clientUpdatedAt,
      clientUpdatedAt,
      serverCreatedAt: before?.serverCreatedAt ?? toIsoTime(this.now),
      serverUpdatedAt: toIsoTime(this.now),
    }
    this.#heldByKey.set(key, { record, row })
  }
}

/** Without the members that are `undefined`: the wire has none of those. */
function defined<T extends object>(facts: T): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]?: Exclude<T[Key], undefined>
  }
}
