import { judgeExistence } from './judge-existence.ts'
import type { Policy } from './policy.ts'
import { clampedTime, deletedRecord, touchedFields, writtenRecord } from './written-record.ts'

/** Only who saw the latest version may change it; anybody else is refused as `CONFLICT` and gets the server's state. */
export function serverWins(): Policy {
  return {
    name: 'serverWins',
    decide(current, operation, context) {
      const judged = judgeExistence(current, operation, context)
      if (judged.type !== 'change') return judged
      if (operation.baseVersion !== judged.current.version)
        return { type: 'conflict', code: 'CONFLICT', reason: { type: 'ConcurrentModification' } }
      if (operation.operationType === 'delete') return { type: 'applied', record: deletedRecord(judged.current) }
      const change = { fields: touchedFields(operation), time: clampedTime(operation, context) }
      return { type: 'applied', record: writtenRecord(judged.current, operation, change) }
    },
  }
}
