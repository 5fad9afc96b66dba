import type { Decision, PolicyOperation, PolicyRecord } from './policy.ts'
import { createdRecord } from './written-record.ts'
import type { PolicyContext } from './policy.ts'

/** An edit or delete of a record that exists and is not deleted: what the policies differ in. */
export interface LiveChange {
  readonly type: 'change'
  readonly current: PolicyRecord
}

/**
 * What holds under every policy. A create brings a record into being; a create that knows the tombstone (its version is the base) restores it;
 * nothing else does: an edit alone never resurrects. Deleting twice is agreement.
 */
export function judgeExistence(
  current: PolicyRecord | undefined,
  operation: PolicyOperation,
  context: PolicyContext,
): Decision | LiveChange {
  if (operation.operationType === 'create') return judgeCreate(current, operation, context)
  if (current === undefined) return { type: 'rejected', code: 'NOT_FOUND', reason: { type: 'NotFound' } }
  if (!current.isDeleted) return { type: 'change', current }
  if (operation.operationType === 'delete') return { type: 'merged', record: undefined }
  return { type: 'conflict', code: 'DELETED', reason: { type: 'Deleted' } }
}

function judgeCreate(current: PolicyRecord | undefined, operation: PolicyOperation, context: PolicyContext): Decision {
  if (current === undefined || (current.isDeleted && operation.baseVersion === current.version))
    return { type: 'applied', record: createdRecord(current, operation, context) }
  if (current.isDeleted) return { type: 'conflict', code: 'DELETED', reason: { type: 'Deleted' } }
  return { type: 'conflict', code: 'ALREADY_EXISTS', reason: { type: 'AlreadyExists' } }
}
