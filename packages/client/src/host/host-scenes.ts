import { sceneElementSchema, type Schema, type SceneElement } from '@rejoin/core'
import type { Doc } from 'yjs'
import type { Documents, RecordsClientOptions } from '../client.ts'
import { clockOffsetOf } from '../outbox/clock-sample.ts'
import type { BatchKeeper } from '../outbox/request-queue.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { DocScene, type DocSceneParts } from '../scenes/doc-scene.ts'
import type { ElementFields } from '../scenes/element-fields.ts'
import { createScenes, type Scenes } from '../scenes/scenes.ts'
import { syncUrls } from '../sync/sync-urls.ts'
import { hostTime, idRandom } from './host-time.ts'

/** What scenes need of the records of whoever uses this page. */
interface SceneHub {
  session(): Promise<{ readonly local: { readonly requests: BatchKeeper } }>
  follow(attach: (session: { readonly database: Pick<RecordDatabase, 'live'> }) => () => void): unknown
}

/** Scenes of these documents, and the outbox of whoever uses this page. */
export function createHostScenes(
  { url }: Pick<RecordsClientOptions<Schema>, 'url'>,
  { documents, hub }: { readonly documents: Pick<Documents, 'open'>; readonly hub: SceneHub },
): Scenes {
  const time = createServerTime(hub)
  return createScenes({
    openDocument: (name) => {
      time.follow()
      return documents.open(name)
    },
    serverNow: () => time.now(),
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

/** The server's time as far as this device knows it: what is drawn and what is queued are held against each other by it. */
function createServerTime(hub: SceneHub): { readonly now: () => number; readonly follow: () => void } {
  let offsetMs = 0
  let isFollowing = false
  return {
    now: () => Math.max(0, Math.round(hostTime.clock.now() + offsetMs)),
    follow: () => {
      if (isFollowing) return
      isFollowing = true
      hub.follow(({ database }) => database.live(clockOffsetOf, (known) => (offsetMs = known)))
    },
  }
}

/** `now`: default the host's clock. */
export interface DocSceneOptions<Own extends ElementFields, Input> extends Omit<DocSceneParts<Own, Input>, 'doc' | 'now'> {
  readonly now?: () => number
}

/** The scene in any `Y.Doc`: of another provider, a script, a test. Whoever made it closes it. */
export function sceneOf(doc: Doc): DocScene<SceneElement, SceneElement>
export function sceneOf<Own extends ElementFields, Input>(doc: Doc, options: DocSceneOptions<Own, Input>): DocScene<Own, Input>
export function sceneOf(
  doc: Doc,
  { element, now = () => hostTime.clock.now() }: DocSceneOptions<SceneElement, SceneElement> = { element: sceneElementSchema },
): DocScene<SceneElement, SceneElement> {
  return new DocScene({ doc, element, now })
}
