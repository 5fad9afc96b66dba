import { sceneOperationSchema, sceneSyncRequestSchema, type SceneOperation, type SceneStrategy } from '@rejoin/core'
import { parseJson } from '../record-database/parse-json.ts'

/** What a batch of operations on a scene carries. */
export interface SceneBody {
  readonly operations: readonly SceneOperation[]
  /** Absent: the server's default. */
  readonly strategy?: SceneStrategy | undefined
}

/** As it is sent. */
export function encodeSceneBody({ operations, strategy }: SceneBody): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify({ operations, ...(strategy !== undefined && { strategy }) }))
}

/** `undefined` for what this code did not write. */
export function readSceneBody(bytes: Uint8Array): SceneBody | undefined {
  const body = sceneSyncRequestSchema.safeParse(parseJson(new TextDecoder().decode(bytes)))
  const operations = body.success ? sceneOperationSchema.array().safeParse(body.data.operations) : body
  return body.success && operations.success ? { operations: operations.data, strategy: body.data.strategy } : undefined
}
