import { judgeExistence } from './judge-existence.ts'
import type { Policy } from './policy.ts'

/** Rows are made once and never change: a ledger, a log, movements of stock. */
export function appendOnly(): Policy & { readonly name: 'appendOnly' } {
  return {
    name: 'appendOnly',
    decide(current, operation, context) {
      if (operation.operationType !== 'create') return { type: 'rejected', code: 'IMMUTABLE', reason: undefined }
      const judged = judgeExistence(current, operation, context)
      return judged.type === 'change' ? { type: 'rejected', code: 'IMMUTABLE', reason: undefined } : judged
    },
  }
}
