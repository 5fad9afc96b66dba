import { createSeededRandom } from '@rejoin/core/testing'
import type { LocalRecords } from '../records/local-records.ts'
import { queueScene, type QueuedChanges, type QueueOptions } from '../scenes/queue-scene.ts'
import type { SceneChange } from '../scenes/scene-change.ts'
import type { StockSchema } from './test-records.ts'

const idRandom = createSeededRandom(7)

/** As `client.scenes.queue`, into the outbox of a test. */
export function queueInto(
  { requests }: Pick<LocalRecords<StockSchema>, 'requests'>,
  changes: readonly SceneChange[],
  { scene = 'plans/kitchen', ...options }: QueueOptions & { readonly scene?: string } = {},
): Promise<QueuedChanges> {
  const scenesUrl = 'https://sync.example/api/v1/scenes'
  return queueScene({ scenesUrl, openKeeper: () => requests, clock: { now: () => 0 }, idRandom }, scene, { changes, ...options })
}
