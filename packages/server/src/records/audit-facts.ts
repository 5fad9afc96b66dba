import type { JudgedOperation } from './judged-operation.ts'
import type { PreparedOperation } from './prepare-operation.ts'

/** For the audit: which operations of a request had which verdict, as JSON. Ids, kinds and codes only. */
export function auditFactsOf(operations: readonly PreparedOperation[], judged: readonly JudgedOperation[]): string {
  const facts = operations.map(({ operationId, read }, index) => {
    const { status, code, seq } = judged[index]?.result ?? {}
    const { operationType, entityType, recordId } = read?.operation ?? {}
    return [operationId, operationType ?? null, entityType ?? null, recordId ?? null, status ?? null, code ?? null, seq ?? null]
  })
  return JSON.stringify({ operations: facts })
}
