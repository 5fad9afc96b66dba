import type { OpenDocument } from '../documents/open-document.ts'
import { DocScene, type DocSceneParts } from './doc-scene.ts'
import type { ElementFields } from './element-fields.ts'
import type { SceneChange } from './scene-change.ts'
import type { Scene } from './scene.ts'

export interface OpenSceneParts<Own extends ElementFields, Input> extends Omit<DocSceneParts<Own, Input>, 'doc'> {
  readonly document: OpenDocument
  readonly queue: (changes: readonly SceneChange[]) => Promise<unknown>
}

/** One opener's view of a document as a scene. */
export function createOpenScene<Own extends ElementFields, Input>(parts: OpenSceneParts<Own, Input>): Scene<Own, Input> {
  const { document, queue } = parts
  const scene = new DocScene({ ...parts, doc: document.doc })
  return {
    name: document.name,
    document,
    origin: scene.origin,
    get elements() {
      return scene.elements
    },
    element: (id) => scene.element(id),
    add: (...elements) => scene.add(...elements),
    update: (id, changes) => scene.update(id, changes),
    remove: (...ids) => scene.remove(...ids),
    transact: (change) => scene.transact(change),
    onChange: (listener) => scene.onChange(listener),
    interaction: async (interaction) => void (await queue([{ type: 'Interaction', ...interaction }])),
    close: () => {
      scene.close()
      return document.close()
    },
  }
}
