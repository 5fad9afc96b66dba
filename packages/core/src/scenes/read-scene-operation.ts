import { charactersOf } from '../records/characters-of.ts'
import { isJsonObject } from '../records/json-value.ts'
import type { ResultCode } from '../sync/result-code.ts'
import { sceneLimits } from './scene-limits.ts'
import { sceneOperationSchema, type SceneOperation } from './scene-operation.ts'

export type SceneOperationReading =
  | { readonly type: 'read'; readonly operation: SceneOperation }
  /** `message` is one sentence for a person, which names the field and never a value. */
  | { readonly type: 'refused'; readonly code: Extract<ResultCode, 'VALIDATION_ERROR' | 'TOO_LARGE'>; readonly message: string }

/** Reads an operation from outside. What could do harm by its shape alone (depth, size, names of prototypes) is refused before its fields are looked at. */
export function readSceneOperation(raw: unknown): SceneOperationReading {
  if (!isJsonObject(raw)) return refused('an operation is a JSON object without NaN, prototype keys or deep nesting')
  if (charactersOf(raw) > sceneLimits.operationCharactersMax) {
    const message = `an operation has at most ${sceneLimits.operationCharactersMax} characters of JSON`
    return { type: 'refused', code: 'TOO_LARGE', message }
  }
  const parsed = sceneOperationSchema.safeParse(raw)
  if (parsed.success) return { type: 'read', operation: parsed.data }
  const [issue] = parsed.error.issues
  return refused(`${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is not an operation'}`.trim())
}

function refused(message: string): SceneOperationReading {
  return { type: 'refused', code: 'VALIDATION_ERROR', message: message.slice(0, messageCharactersMax) }
}

/** A path may hold a foreign name. */
const messageCharactersMax = 256
