import type { JsonObject } from '../records/json-value.ts'
import type { ConflictReason } from '../sync/conflict-reason.ts'

/** Who wrote a field last, by which clock, and as which version of the record. */
export interface FieldStamp {
  /** Milliseconds since the epoch, already clamped to the server's now. */
  readonly time: number
  readonly operationId: string
  /** The record's version that this write made. */
  readonly version: number
}

/** As much of a stored record as a policy looks at. `stamps` has one entry for every field that was ever written. */
export interface PolicyRecord {
  /** 1 for the create, one more for every change. */
  readonly version: number
  readonly fields: JsonObject
  readonly isDeleted: boolean
  readonly stamps: Readonly<Record<string, FieldStamp>>
}

/** As much of an operation as a policy looks at. `payload` is valid for its entity. */
export interface PolicyOperation {
  readonly operationId: string
  readonly operationType: 'create' | 'update' | 'delete'
  /** Changed fields only. `null` under an optional field that is not nullable was turned into `removedFields` before. */
  readonly payload: JsonObject
  /** Optional fields that the operation takes away. */
  readonly removedFields: readonly string[]
  /** The version that the person saw when they made the change; `null` for a create of something new. */
  readonly baseVersion: number | null
  /** Milliseconds since the epoch by the device's corrected clock. */
  readonly clientUpdatedAt: number
}

export interface PolicyContext {
  /** Server time, ms since the epoch: no stamp is later. */
  readonly now: number
}

/**
 * What becomes of an operation.
 * - `applied`: nobody changed the record meanwhile
 * - `merged`: somebody did, and nothing of anybody is lost
 * - `conflictResolved`: the policy chose; `lostFields` are those of the operation that were not taken
 * - `conflict`: nothing of it was taken, and a person should know
 * - `rejected`: it could never be taken
 *
 * `record` is `undefined` where nothing changes.
 */
export type Decision =
  | { readonly type: 'applied' | 'merged'; readonly record: PolicyRecord | undefined }
  | {
      readonly type: 'conflictResolved'
      readonly record: PolicyRecord | undefined
      readonly reason: ConflictReason
      readonly lostFields: readonly string[]
    }
  | { readonly type: 'conflict'; readonly code: 'CONFLICT' | 'ALREADY_EXISTS' | 'DELETED'; readonly reason: ConflictReason }
  | { readonly type: 'rejected'; readonly code: 'NOT_FOUND' | 'IMMUTABLE'; readonly reason: ConflictReason | undefined }

/** How an entity settles concurrent changes: pure, deterministic, no clock of its own. Everything is JSON but the function. */
export interface Policy {
  readonly name: 'lastWriteWins' | 'serverWins' | 'clientWins' | 'appendOnly'
  decide(current: PolicyRecord | undefined, operation: PolicyOperation, context: PolicyContext): Decision
}
