import { createHash } from 'node:crypto'
import type { Operation } from '@rejoin/core'
import { sampleMovement, sampleProduct } from './sample-records.ts'

export interface BatchOptions {
  readonly deviceId: string
  readonly tenantId: string
  readonly batches: number
  readonly operations: number
}

export interface PreparedBatch {
  /** The request's JSON without its opening brace and checkpoint. */
  readonly rest: string
  /** How many of the operations make a new record. */
  readonly creates: number
}

/** Of ten operations six make products, one adds a movement, and three change products of the batch before. */
export function prepareBatches({ deviceId, tenantId, batches, operations }: BatchOptions): readonly PreparedBatch[] {
  const at = new Date().toISOString()
  let deviceSeq = 0
  let before: readonly string[] = []
  return Array.from({ length: batches }, (_, batch): PreparedBatch => {
    const ackedThrough = deviceSeq
    const changes = changesOf({ deviceId, first: batch * operations, count: operations, before })
    before = changes.filter(isNewProduct).map(({ recordId }) => recordId)
    const list = changes.map((change): Operation => {
      deviceSeq += 1
      const operationId = uuidOf(deviceId, deviceSeq)
      return { operationId, deviceId, deviceSeq, ...change, clientUpdatedAt: at, tenantId, schemaVersion: 1, priority: 'NORMAL' }
    })
    const rest = JSON.stringify({ deviceId, sentAt: at, ackedThrough, operations: list }).slice(1)
    return { rest, creates: changes.filter(({ operationType }) => operationType === 'create').length }
  })
}

type Change = Pick<Operation, 'entityType' | 'operationType' | 'recordId' | 'payload' | 'baseVersion'>

function isNewProduct({ entityType, operationType }: Change): boolean {
  return entityType === 'product' && operationType === 'create'
}

interface ChangesOptions {
  readonly deviceId: string
  readonly first: number
  readonly count: number
  /** Products that nobody has changed since they were made. */
  readonly before: readonly string[]
}

function changesOf({ deviceId, first, count, before }: ChangesOptions): readonly Change[] {
  const unchanged = before.values()
  return Array.from({ length: count }, (_, index): Change => {
    const nth = first + index
    const recordId = `${deviceId}-${nth}`
    const kind = nth % 10
    const known = kind < 7 ? undefined : unchanged.next().value
    if (known !== undefined) {
      return { entityType: 'product', operationType: 'update', recordId: known, payload: { quantity: nth }, baseVersion: 1 }
    }
    const made = { operationType: 'create', recordId, baseVersion: null } as const
    return kind === 6
      ? { entityType: 'stockMovement', payload: sampleMovement(nth, `${deviceId}-${first}`), ...made }
      : { entityType: 'product', payload: { ...sampleProduct(nth) }, ...made }
  })
}

/** In the form of a UUIDv7, and of this device's operation alone. */
function uuidOf(deviceId: string, deviceSeq: number): string {
  const digits = createHash('sha256').update(`${deviceId}/${deviceSeq}`).digest('hex')
  const time = (Date.UTC(2026, 10, 21) + deviceSeq).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${digits.slice(0, 3)}-8${digits.slice(3, 6)}-${digits.slice(6, 18)}`
}
