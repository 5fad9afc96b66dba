import {
  canonicalJson,
  isJsonObject,
  operationIdSchema,
  readSceneOperation,
  sceneLimits,
  type ResultCode,
  type SceneOperation,
} from '@rejoin/core'
import type { Digest } from '../records/digest.ts'
import { SceneRequestError } from './scene-request-error.ts'

/** An operation after everything that can be said of it without the document. */
export type PreparedOperation = {
  readonly operationId: string
} & (
  | { readonly type: 'read'; readonly operation: SceneOperation; readonly intentionHash: string }
  | { readonly type: 'refused'; readonly code: ResultCode; readonly message: string }
)

/** Throws `SceneRequestError` where the batch as a whole cannot be taken. */
export function prepareOperations(raw: readonly unknown[], digest: Digest): readonly PreparedOperation[] {
  if (raw.length > sceneLimits.operationsMax)
    throw new SceneRequestError('TOO_LARGE', `a batch has at most ${sceneLimits.operationsMax} operations`)
  return raw.map((each) => prepareOperation(each, digest))
}

function prepareOperation(raw: unknown, digest: Digest): PreparedOperation {
  const reading = readSceneOperation(raw)
  if (reading.type === 'read' && isJsonObject(raw)) {
    const { operation } = reading
    return { type: 'read', operationId: operation.operationId, operation, intentionHash: digest.hash(canonicalJson(raw)) }
  }
  const operationId = idOf(raw)
  if (operationId === undefined)
    throw new SceneRequestError('BAD_REQUEST', 'an operation has no operationId that it could be answered for with')
  return reading.type === 'refused'
    ? { ...reading, operationId }
    : { type: 'refused', operationId, code: 'VALIDATION_ERROR', message: 'an operation is a JSON object' }
}

function idOf(raw: unknown): string | undefined {
  const id: unknown = typeof raw === 'object' && raw !== null && 'operationId' in raw ? raw.operationId : undefined
  return operationIdSchema.safeParse(id).data
}
