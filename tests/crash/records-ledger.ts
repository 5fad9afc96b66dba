import type { Operation, OperationResult, RecordRow } from '@rejoin/core'

/** What a server said of an operation, as far as it must say it again. */
export type Verdict = Pick<OperationResult, 'status' | 'code' | 'seq' | 'version'>

export interface RecordFault {
  readonly kind: 'lost' | 'doubled' | 'otherVerdict' | 'notAnswered' | 'feed'
  readonly what: string
}

/** Remembers what the server promised about records, from the devices' side, over all its lives. */
export interface RecordsLedger {
  /** The answer to a request. Every operation of it must be in there, in order. */
  answer(operations: readonly Operation[], results: readonly OperationResult[]): void
  /** The rows of the server as they are. What was answered must be among them. */
  compare(rowByKey: ReadonlyMap<string, RecordRow>): void
  /** After everything was answered: exactly what was answered is there. */
  compareExactly(rowByKey: ReadonlyMap<string, RecordRow>): void
  fault(fault: RecordFault): void
  readonly faults: readonly RecordFault[]
  readonly answeredCount: number
  readonly repeatedCount: number
}

export const keyOf = ({ entityType, recordId }: { readonly entityType: string; readonly recordId: string }) =>
  `${entityType}/${recordId}`

export function createRecordsLedger(): RecordsLedger {
  const verdictById = new Map<string, Verdict>()
  /** Which operation made which version of which record. */
  const operationByVersionByKey = new Map<string, Map<number, string>>()
  /** Records with answers that were not held against the server since. */
  let unchecked = new Set<string>()
  const faults: RecordFault[] = []
  let repeatedCount = 0

  function note(operation: Operation, verdict: Verdict): void {
    const key = keyOf(operation)
    const { seq, version } = verdict
    if (seq === undefined || version === undefined) return
    const byVersion = operationByVersionByKey.get(key) ?? new Map<number, string>()
    operationByVersionByKey.set(key, byVersion)
    if (byVersion.has(version)) faults.push({ kind: 'doubled', what: `${key} version ${version} was made twice` })
    byVersion.set(version, operation.operationId)
    unchecked.add(key)
  }

  function answerOne(operation: Operation, result: OperationResult | undefined): void {
    const { operationId } = operation
    if (result?.operationId !== operationId) {
      faults.push({ kind: 'notAnswered', what: `${operationId} has no result` })
      return
    }
    const said = verdictOf(result.first ?? result)
    const known = verdictById.get(operationId)
    if (known === undefined) {
      verdictById.set(operationId, said)
      note(operation, said)
      return
    }
    repeatedCount += 1
    if (JSON.stringify(known) !== JSON.stringify(said) || (isFinal(known) && result.status !== 'duplicate')) {
      const what = `${operationId} was ${JSON.stringify(known)}, then ${result.status} ${JSON.stringify(said)}`
      faults.push({ kind: 'otherVerdict', what })
    }
  }

  const latestOf = (key: string) => Math.max(0, ...(operationByVersionByKey.get(key)?.keys() ?? []))

  return {
    answer: (operations, results) => operations.forEach((operation, index) => answerOne(operation, results[index])),
    compare(rowByKey) {
      for (const key of unchecked) {
        const version = latestOf(key)
        const held = rowByKey.get(key)?.version ?? 0
        if (held < version) faults.push({ kind: 'lost', what: `${key} is at version ${held}, and ${version} was answered` })
      }
      unchecked = new Set()
    },
    compareExactly(rowByKey) {
      for (const key of new Set([...rowByKey.keys(), ...operationByVersionByKey.keys()])) {
        const made = operationByVersionByKey.get(key)?.size ?? 0
        const held = rowByKey.get(key)?.version ?? 0
        if (held > made) faults.push({ kind: 'doubled', what: `${key} is at version ${held}, made by ${made} operations` })
        if (held < made) faults.push({ kind: 'lost', what: `${key} is at version ${held}, made by ${made} operations` })
      }
    },
    fault: (fault) => faults.push(fault),
    faults,
    get answeredCount() {
      return verdictById.size
    },
    get repeatedCount() {
      return repeatedCount
    },
  }
}

function verdictOf({ status, code, seq, version }: Verdict): Verdict {
  return {
    status,
    ...(code !== undefined && { code }),
    ...(seq !== undefined && { seq }),
    ...(version !== undefined && { version }),
  }
}

/** What could not be read as an operation has no verdict that is kept; it is refused afresh each time. */
function isFinal({ code }: Verdict): boolean {
  return code !== 'VALIDATION_ERROR'
}
