import { judgeExistence } from './judge-existence.ts'
import type { Policy } from './policy.ts'
import { clampedTime, deletedRecord, touchedFields, writtenRecord } from './written-record.ts'

/** Whatever arrives is taken over what is there; only a deleted record stays deleted. */
export function clientWins(): Policy {
  return {
    name: 'clientWins',
    decide(current, operation, context) {
      const judged = judgeExistence(current, operation, context)
      if (judged.type !== 'change') return judged
      const change = { fields: touchedFields(operation), time: clampedTime(operation, context) }
      const record =
        operation.operationType === 'delete' ? deletedRecord(judged.current) : writtenRecord(judged.current, operation, change)
      if (operation.baseVersion === judged.current.version) return { type: 'applied', record }
      return { type: 'conflictResolved', record, reason: { type: 'ConcurrentModification' }, lostFields: [] }
    },
  }
}
