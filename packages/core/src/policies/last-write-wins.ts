import type { JsonValue } from '../records/json-value.ts'
import { isSameJson } from '../records/json-value.ts'
import { judgeExistence } from './judge-existence.ts'
import type { Decision, FieldStamp, Policy, PolicyContext, PolicyOperation, PolicyRecord } from './policy.ts'
import { clampedTime, deletedRecord, touchedFields, writtenRecord } from './written-record.ts'

export interface LastWriteWinsOptions {
  /** `field`: edits of different fields are all kept. `record`: the later edit of two wins whole, whatever fields they touch. */
  readonly by: 'field' | 'record'
}

/**
 * The later write wins, by causality first: who saw what they changed needs no clock. Clocks are compared only between writes that did
 * not know of each other, the smaller operation id losing a tie. A delete wins over a concurrent edit in either order of arrival, because an edit alone never resurrects.
 */
export function lastWriteWins({ by }: LastWriteWinsOptions = { by: 'field' }): Policy {
  const decideEdit = by === 'field' ? decideByField : decideByRecord
  return {
    name: 'lastWriteWins',
    decide(current, operation, context) {
      const judged = judgeExistence(current, operation, context)
      if (judged.type !== 'change') return judged
      const isCausal = operation.baseVersion === judged.current.version
      if (operation.operationType === 'delete') return decideDelete(judged.current, isCausal)
      if (isCausal) return { type: 'applied', record: written(judged.current, operation, context) }
      return decideEdit(judged.current, operation, context)
    },
  }
}

function written(current: PolicyRecord, operation: PolicyOperation, context: PolicyContext): PolicyRecord {
  return writtenRecord(current, operation, { fields: touchedFields(operation), time: clampedTime(operation, context) })
}

function decideDelete(current: PolicyRecord, isCausal: boolean): Decision {
  const record = deletedRecord(current)
  if (isCausal) return { type: 'applied', record }
  return { type: 'conflictResolved', record, reason: { type: 'ConcurrentModification' }, lostFields: [] }
}

/**
 * A field that nobody wrote since the base is taken without looking at a clock; of one that somebody did, the later write stays. Two who
 * wrote the same value agree, and the later stamp is kept all the same, so that the order of arrival says nothing.
 */
function decideByField(current: PolicyRecord, operation: PolicyOperation, context: PolicyContext): Decision {
  const base = operation.baseVersion ?? 0
  const time = clampedTime(operation, context)
  const touched = touchedFields(operation)
  const contested = touched.filter((field) => (current.stamps[field]?.version ?? 0) > base)
  const late = contested.filter((field) => !isLater({ time, operationId: operation.operationId }, current.stamps[field]))
  const taken = touched.filter((field) => !late.includes(field))
  const record = taken.length === 0 ? undefined : writtenRecord(current, operation, { fields: taken, time })
  const differs = (field: string): boolean => !isUnchanged(current, operation, field)
  if (!contested.some(differs)) return { type: 'merged', record }
  const lostFields = late.filter(differs)
  return { type: 'conflictResolved', record, reason: reasonFor(current, lostFields, time), lostFields }
}

function decideByRecord(current: PolicyRecord, operation: PolicyOperation, context: PolicyContext): Decision {
  const time = clampedTime(operation, context)
  const touched = touchedFields(operation)
  if (touched.every((field) => isUnchanged(current, operation, field))) return { type: 'merged', record: undefined }
  const latest = Object.values(current.stamps).reduce<FieldStamp | undefined>((a, b) => (a && isLater(a, b) ? a : b), undefined)
  if (isLater({ time, operationId: operation.operationId }, latest)) {
    const record = written(current, operation, context)
    return { type: 'conflictResolved', record, reason: { type: 'ConcurrentModification' }, lostFields: [] }
  }
  const reason = { type: 'StaleTimestamp', local: time, remote: latest?.time ?? time } as const
  return { type: 'conflictResolved', record: undefined, reason, lostFields: touched }
}

/** Two people who made the same change agree. */
function isUnchanged(current: PolicyRecord, operation: PolicyOperation, field: string): boolean {
  const wanted: JsonValue | undefined = operation.payload[field]
  const found: JsonValue | undefined = current.fields[field]
  if (wanted === undefined || found === undefined) return wanted === found
  return isSameJson(wanted, found)
}

function isLater(a: Pick<FieldStamp, 'time' | 'operationId'>, b: Pick<FieldStamp, 'time' | 'operationId'> | undefined): boolean {
  if (b === undefined) return true
  return a.time === b.time ? a.operationId > b.operationId : a.time > b.time
}

function reasonFor(
  current: PolicyRecord,
  lost: readonly string[],
  time: number,
): Extract<Decision, { type: 'conflictResolved' }>['reason'] {
  const remote = Math.max(...lost.map((field) => current.stamps[field]?.time ?? time))
  return lost.length === 0 ? { type: 'ConcurrentModification' } : { type: 'StaleTimestamp', local: time, remote }
}
