import { isSameJson, type JsonObject } from '../records/json-value.ts'
import type { OperationResult } from './operation-result.ts'
import type { RecordRow } from './record-row.ts'
import type { SyncResponse } from './sync-response.ts'

/** Who names this in `Accept` is told no row twice, and none that it can make itself. A server that does not know it answers in full. */
export const briefAnswerType = 'application/json;rows=brief'

/** Enough of an operation to say of which record a result speaks. */
interface Sent {
  readonly operationId: string
  readonly entityType: string
  readonly recordId: string
}

/** What the row of a create is made of. */
interface SentCreate extends Sent {
  readonly operationType: 'create'
  readonly payload: JsonObject
  readonly clientUpdatedAt: string
}

/**
 * The same answer without what its asker knows: a row that is as the operation created it is told as its time, and a row that is in `changes`
 * is not told with the result. `operations` are those of the request, as they were sent.
 */
export function toBriefAnswer(operations: readonly unknown[], answer: SyncResponse): SyncResponse {
  const changeByKey = new Map(answer.changes.map((row) => [keyOf(row), row]))
  const made = new Set<RecordRow>()
  const results = answer.results.map((result, at): OperationResult => {
    const { serverState, ...verdict } = result
    const change = serverState && changeByKey.get(keyOf(serverState))
    if (change === undefined || change.seq !== serverState?.seq || change.version !== serverState.version) return result
    const operation = operations[at]
    // An operation of an older schema may be about a record of another name.
    if (!isSent(operation, verdict) || keyOf(operation) !== keyOf(change)) return result
    // Made once, however many results speak of it.
    if (made.has(change) || !isAsCreated(operation, verdict, change)) return { ...verdict, isInChanges: true }
    made.add(change)
    return { ...verdict, createdAt: change.serverCreatedAt }
  })
  return { ...answer, results, changes: answer.changes.filter((row) => !made.has(row)) }
}

/** The answer in full; one that was told in full stays as it is. `undefined` where it speaks of rows that nobody here knows of. */
export function fromBriefAnswer(operations: readonly unknown[], answer: SyncResponse): SyncResponse | undefined {
  if (!answer.results.some(({ createdAt, isInChanges }) => createdAt !== undefined || isInChanges === true)) return answer
  const made: RecordRow[] = []
  for (const [at, result] of answer.results.entries()) {
    if (result.createdAt === undefined) continue
    const row = rowOf(operations[at], result, result.createdAt)
    if (row === undefined) return undefined
    made.push(row)
  }
  const changes = [...answer.changes, ...made].toSorted((left, right) => left.seq - right.seq)
  const changeByKey = new Map(changes.map((row) => [keyOf(row), row]))
  const results: OperationResult[] = []
  for (const [at, { createdAt, isInChanges, ...verdict }] of answer.results.entries()) {
    if (createdAt === undefined && isInChanges === undefined) results.push(verdict)
    else {
      const operation = operations[at]
      const serverState = isSent(operation, verdict) ? changeByKey.get(keyOf(operation)) : undefined
      if (serverState === undefined) return undefined
      results.push({ ...verdict, serverState })
    }
  }
  return { ...answer, results, changes }
}

function keyOf({ entityType, recordId }: Pick<RecordRow, 'entityType' | 'recordId'>): string {
  return `${entityType}/${recordId}`
}

function isSent(operation: unknown, { operationId }: OperationResult): operation is Sent {
  return (
    typeof operation === 'object' &&
    operation !== null &&
    'operationId' in operation &&
    operation.operationId === operationId &&
    'entityType' in operation &&
    typeof operation.entityType === 'string' &&
    'recordId' in operation &&
    typeof operation.recordId === 'string'
  )
}

function isSentCreate(operation: unknown, result: OperationResult): operation is SentCreate {
  return (
    isSent(operation, result) &&
    'operationType' in operation &&
    operation.operationType === 'create' &&
    'payload' in operation &&
    typeof operation.payload === 'object' &&
    operation.payload !== null &&
    'clientUpdatedAt' in operation &&
    typeof operation.clientUpdatedAt === 'string'
  )
}

/** The record as the operation makes it where nothing is changed on the way. */
function rowOf(operation: unknown, result: OperationResult, createdAt: string): RecordRow | undefined {
  const { seq, version } = result
  if (seq === undefined || version === undefined || !isSentCreate(operation, result)) return undefined
  const { entityType, recordId, payload: fields, clientUpdatedAt } = operation
  const client = { clientCreatedAt: clientUpdatedAt, clientUpdatedAt }
  return {
    entityType,
    recordId,
    version,
    seq,
    fields,
    isDeleted: false,
    ...client,
    serverCreatedAt: createdAt,
    serverUpdatedAt: createdAt,
  }
}

function isAsCreated(operation: unknown, result: OperationResult, row: RecordRow): boolean {
  const made = rowOf(operation, result, row.serverCreatedAt)
  if (made === undefined) return false
  const { fields, ...facts } = made
  const { fields: rowFields, ...rowFacts } = row
  return isSameMembers(facts, rowFacts) && isSameMembers(fields, rowFields)
}

/** Most members are no objects: the text of both is seldom made. */
function isSameMembers(left: JsonObject, right: JsonObject): boolean {
  const names = Object.keys(left)
  if (names.length !== Object.keys(right).length) return false
  return names.every((name) => {
    const [one, other] = [left[name], right[name]]
    return one !== undefined && other !== undefined && Object.hasOwn(right, name) && isSameJson(one, other)
  })
}
