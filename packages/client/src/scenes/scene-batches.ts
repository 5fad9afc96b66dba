import { sceneLimits, type Priority, type SceneOperation, type SceneStrategy } from '@rejoin/core'
import type { NewRequest } from '../outbox/request-queue.ts'
import { encodeSceneBody } from '../outbox/scene-body.ts'
import { sceneTitle } from '../outbox/scene-title.ts'

/** A batch is no longer than this, unless one operation alone is: a small part of what the server takes, so that a slow connection gets it through. */
export const batchBytesMax = 256 * 1024

export interface SceneBatchOptions {
  readonly scene: string
  /** Where the server takes operations on it. */
  readonly url: string
  readonly strategy: SceneStrategy | undefined
  readonly priority: Priority | undefined
}

/** Requests that carry these operations, in their order: each no more than the server takes in one. */
export function toRequests(operations: readonly SceneOperation[], options: SceneBatchOptions): readonly NewRequest[] {
  const { scene, url, strategy, priority } = options
  return intoBatches(operations).map((batch) => ({
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    credentials: 'omit',
    isAuthorized: true,
    title: sceneTitle(scene, batch),
    // No route of the app is named like this by chance, so nothing of its own waits behind a scene.
    lane: `scene ${scene}`,
    idempotencyKey: undefined,
    scene,
    body: encodeSceneBody({ operations: batch, strategy }),
    priority,
  }))
}

function intoBatches(operations: readonly SceneOperation[]): readonly (readonly SceneOperation[])[] {
  const batches: SceneOperation[][] = []
  let bytesLeft = 0
  for (const operation of operations) {
    const byteCount = new TextEncoder().encode(JSON.stringify(operation)).byteLength + 1
    const current = batches.at(-1)
    if (current === undefined || current.length >= sceneLimits.operationsMax || byteCount > bytesLeft) {
      batches.push([operation])
      bytesLeft = batchBytesMax - byteCount
    } else {
      current.push(operation)
      bytesLeft -= byteCount
    }
  }
  return batches
}
