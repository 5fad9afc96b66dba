import type { Schema } from '@rejoin/core'
import type { Documents, RecordsClientOptions } from '../client.ts'
import { createScenes, type Scenes } from '../scenes/scenes.ts'
import type { RecordsHub } from '../scope/records-hub.ts'
import { syncUrls } from '../sync/sync-urls.ts'
import { hostTime, idRandom } from './host-time.ts'

/** Scenes of these documents, and the outbox of whoever uses this page. */
export function createHostScenes(
  { url }: Pick<RecordsClientOptions<Schema>, 'url'>,
  { documents, hub }: { readonly documents: Documents; readonly hub: RecordsHub },
): Scenes {
  return createScenes({
    openDocument: (name) => documents.open(name),
    scenesUrl: syncUrls(url).scenes,
    clock: hostTime.clock,
    idRandom,
    openKeeper: () => {
      const opening = hub.session()
      void Promise.allSettled([opening])
      return { keepAll: async (make) => (await opening).local.requests.keepAll(make) }
    },
  })
}
