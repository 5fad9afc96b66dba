import { isSameJson, type JsonObject, type JsonValue, type Operation } from '@rejoin/core'

/** Who wrote a field last. */
interface Stamp {
  readonly time: number
  readonly operationId: string
  readonly version: number
}

/** A record by the rules of the design, written down once more and by another hand than the product's policies. */
export interface ReferenceRecord {
  readonly version: number
  readonly fields: Readonly<Record<string, JsonValue>>
  readonly isDeleted: boolean
  readonly stamps: Readonly<Record<string, Stamp>>
}

export type ExpectedVerdict =
  | { readonly takesEffect: true; readonly record: ReferenceRecord | undefined }
  | { readonly takesEffect: false; readonly code: 'ALREADY_EXISTS' | 'CONFLICT' | 'DELETED' | 'IMMUTABLE' | 'NOT_FOUND' }

/** What must become of an operation on a record. */
export function expectVerdict(current: ReferenceRecord | undefined, operation: Operation, now: number): ExpectedVerdict {
  const { operationType, entityType } = operation
  if (entityType === 'movement' && operationType !== 'create') return refused('IMMUTABLE')
  if (operationType === 'create') return expectCreate(current, operation, now)
  if (current === undefined) return refused('NOT_FOUND')
  if (!current.isDeleted) return expectChange(current, operation, now)
  return operationType === 'delete' ? { takesEffect: true, record: undefined } : refused('DELETED')
}

function refused(code: Extract<ExpectedVerdict, { takesEffect: false }>['code']): ExpectedVerdict {
  return { takesEffect: false, code }
}

const unborn: ReferenceRecord = { version: 0, fields: {}, isDeleted: false, stamps: {} }

function expectCreate(current: ReferenceRecord | undefined, operation: Operation, now: number): ExpectedVerdict {
  if (current !== undefined && !current.isDeleted) return refused('ALREADY_EXISTS')
  if (current !== undefined && operation.baseVersion !== current.version) return refused('DELETED')
  return { takesEffect: true, record: write({ ...unborn, version: current?.version ?? 0 }, operation, now) }
}

function expectChange(current: ReferenceRecord, operation: Operation, now: number): ExpectedVerdict {
  const { operationType, baseVersion, entityType } = operation
  const isCausal = baseVersion === current.version
  if (entityType === 'recipe' && !isCausal) return refused('CONFLICT')
  if (operationType === 'delete')
    return { takesEffect: true, record: { ...current, version: current.version + 1, isDeleted: true } }
  if (isCausal || entityType === 'memo') return { takesEffect: true, record: write(current, operation, now) }
  return { takesEffect: true, record: entityType === 'sheet' ? whole(current, operation, now) : byField(current, operation, now) }
}

/** Fields that nobody wrote since the base are taken; of the others the later write stays. */
function byField(current: ReferenceRecord, operation: Operation, now: number): ReferenceRecord | undefined {
  const taken: Record<string, JsonValue> = {}
  for (const [field, value] of Object.entries(operation.payload)) {
    const stamp = current.stamps[field]
    if (stamp === undefined || stamp.version <= (operation.baseVersion ?? 0) || isLater(operation, now, stamp))
      taken[field] = value
  }
  return Object.keys(taken).length === 0 ? undefined : write(current, { ...operation, payload: taken }, now)
}

/** The later edit wins whole. */
function whole(current: ReferenceRecord, operation: Operation, now: number): ReferenceRecord | undefined {
  const isNews = Object.entries(operation.payload).some(([field, value]) => !isSameJson(current.fields[field] ?? null, value))
  const stamps = Object.values(current.stamps)
  return isNews && stamps.every((stamp) => isLater(operation, now, stamp)) ? write(current, operation, now) : undefined
}

function write(current: ReferenceRecord, operation: Operation, now: number): ReferenceRecord {
  const version = current.version + 1
  const fields = { ...current.fields }
  const stamps = { ...current.stamps }
  for (const [field, value] of Object.entries(operation.payload)) {
    if (value === null) delete fields[field]
    else fields[field] = value
    const time = Math.max(clamped(operation, now), (current.stamps[field]?.time ?? -Infinity) + 1)
    stamps[field] = { time, operationId: operation.operationId, version }
  }
  return { version, fields, isDeleted: false, stamps }
}

function isLater(operation: Operation, now: number, stamp: Stamp): boolean {
  const time = clamped(operation, now)
  return time === stamp.time ? operation.operationId > stamp.operationId : time > stamp.time
}

/** No time of the future is kept: who is ahead locks nobody out. */
function clamped(operation: Operation, now: number): number {
  return Math.min(Date.parse(operation.clientUpdatedAt), now)
}

export function isSameRecord(
  a: { readonly version: number; readonly fields: JsonObject; readonly isDeleted: boolean },
  b: typeof a,
): boolean {
  return a.version === b.version && a.isDeleted === b.isDeleted && isSameJson(a.fields, b.fields)
}
