import type { JsonObject } from '../records/json-value.ts'
import type { FieldStamp, PolicyContext, PolicyOperation, PolicyRecord } from './policy.ts'

/** The operation's time as it may be stored: a device that is ahead cannot lock anybody out (P10). */
export function clampedTime({ clientUpdatedAt }: PolicyOperation, { now }: PolicyContext): number {
  return Math.min(clientUpdatedAt, now)
}

/** Whether the device's clock was ahead of the server's. */
export function isClockAdjusted(operation: PolicyOperation, context: PolicyContext): boolean {
  return clampedTime(operation, context) !== operation.clientUpdatedAt
}

/** The fields that an operation writes or takes away. */
export function touchedFields({ payload, removedFields }: PolicyOperation): readonly string[] {
  return [...Object.keys(payload), ...removedFields]
}

/** A new record, or a deleted one under its next version; the fields are those of the operation alone. */
export function createdRecord(
  tombstone: PolicyRecord | undefined,
  operation: PolicyOperation,
  context: PolicyContext,
): PolicyRecord {
  const version = (tombstone?.version ?? 0) + 1
  const stamp: FieldStamp = { time: clampedTime(operation, context), operationId: operation.operationId, version }
  const fields = operation.payload
  return { version, fields, isDeleted: false, stamps: Object.fromEntries(Object.keys(fields).map((field) => [field, stamp])) }
}

export function deletedRecord(current: PolicyRecord): PolicyRecord {
  return { ...current, version: current.version + 1, isDeleted: true }
}

/**
 * The next version, with the named fields of the operation taken over. Who saw what they changed is later than it, whatever their clock
 * says: their stamp is at least 1 ms after the one they replace.
 */
export function writtenRecord(
  current: PolicyRecord,
  operation: PolicyOperation,
  { fields: names, time }: { readonly fields: readonly string[]; readonly time: number },
): PolicyRecord {
  const version = current.version + 1
  const fields: Record<string, JsonObject[string]> = { ...current.fields }
  const stamps: Record<string, FieldStamp> = { ...current.stamps }
  for (const name of names) {
    const value = operation.payload[name]
    if (value === undefined) delete fields[name]
    else fields[name] = value
    const replaced = current.stamps[name]
    // Lifted where they did not see what they replace, a stamp would beat a third write of the same moment, which may have the greater id.
    const isSeen = replaced !== undefined && replaced.version <= (operation.baseVersion ?? 0)
    const earliest = replaced === undefined ? time : replaced.time + (isSeen ? 1 : 0)
    stamps[name] = { time: Math.max(time, earliest), operationId: operation.operationId, version }
  }
  return { version, fields, isDeleted: false, stamps }
}
