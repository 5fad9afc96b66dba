import type { Clock, Priority, Random, SceneStrategy } from '@rejoin/core'
import { documentPath } from '../connection/document-url.ts'
import type { BatchKeeper } from '../outbox/request-queue.ts'
import { uuidV7 } from '../record-database/uuid-v7.ts'
import { toRequests } from './scene-batches.ts'
import { checkChange, restamp, type SceneChange } from './scene-change.ts'

export interface QueueOptions {
  /** How a conflict with what the scene has by then is settled. Default `lastWriteWins`. */
  readonly strategy?: SceneStrategy | undefined
  /** Default `NORMAL`. */
  readonly priority?: Priority | undefined
}

/** What was kept. */
export interface QueuedChanges {
  /** Of the operations, in their order. */
  readonly operationIds: readonly string[]
}

export interface SceneQueueParts {
  /** Of the routes of scenes: `https://host/api/v1/scenes`. */
  readonly scenesUrl: string
  /** Called when changes are made: they are kept for whoever makes them. Does not throw: what went wrong is told by `keepAll`. */
  readonly openKeeper: () => BatchKeeper
  readonly clock: Clock
  /** Makes ids: it must not repeat itself over devices. */
  readonly idRandom: Random
}

/** Keeps changes of a scene in the outbox, all or none. Rejects with a `SceneValidationError`, or with a `StoreError` where the device has no room. */
export async function queueScene(
  { scenesUrl, openKeeper, clock, idRandom }: SceneQueueParts,
  scene: string,
  { changes, strategy, priority }: QueueOptions & { readonly changes: readonly SceneChange[] },
): Promise<QueuedChanges> {
  const keeper = openKeeper()
  const url = sceneUrl(scenesUrl, scene)
  const now = clock.now()
  // By which client, and at what time of the server, is known when they are kept.
  const operations = changes.map((change) =>
    checkChange(change, { operationId: uuidV7(now, idRandom), clientId: 'this device', timestamp: toTimestamp(now) }),
  )
  if (operations.length > 0) {
    await keeper.keepAll(({ deviceId, serverNow }) => {
      const stamp = { clientId: deviceId, timestamp: toTimestamp(serverNow) }
      return toRequests(
        operations.map((operation) => restamp(operation, stamp)),
        { scene, url, strategy, priority },
      )
    })
  }
  return { operationIds: operations.map(({ operationId }) => operationId) }
}

/** Whole, as the server wants it; not before 1970, whatever the device thinks. */
function toTimestamp(time: number): number {
  return Math.max(0, Math.round(time))
}

/** The name is one segment of the path. Throws on names that no server could be asked for. */
function sceneUrl(scenesUrl: string, scene: string): string {
  documentPath(scene)
  return `${scenesUrl}/${encodeURIComponent(scene)}/operations`
}
