import { sceneElementSchema, type Schema, type SceneElement } from '@rejoin/core'
import type { Doc } from 'yjs'
import type { Documents, RecordsClientOptions } from '../client.ts'
import { DocScene, type DocSceneParts } from '../scenes/doc-scene.ts'
import type { ElementFields } from '../scenes/element-fields.ts'
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
