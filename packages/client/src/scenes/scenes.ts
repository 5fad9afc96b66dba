import { sceneElementSchema, type SceneElement } from '@rejoin/core'
import type { OpenDocument } from '../documents/open-document.ts'
import type { ElementFields } from './element-fields.ts'
import { createOpenScene } from './open-scene.ts'
import { queueScene, type QueuedChanges, type QueueOptions, type SceneQueueParts } from './queue-scene.ts'
import type { SceneChange } from './scene-change.ts'
import type { Scene, SceneOptions } from './scene.ts'

/** Scenes: documents whose root map `elements` holds what is drawn. */
export interface Scenes {
  /** As `documents.open`, and with it: one name is one document, however it was opened. */
  open(name: string): Promise<Scene>
  open<Own extends ElementFields, Input>(name: string, options: SceneOptions<Own, Input>): Promise<Scene<Own, Input>>
  /**
   * Changes a scene that is not open here: kept in the outbox, and settled by the server like a change of a record, each once. Resolves when
   * the device has all of them. Rejects with a `SceneValidationError` where one is not valid, and with a `StoreError` where there is no room;
   * then none is kept.
   */
  queue(name: string, changes: readonly SceneChange[], options?: QueueOptions): Promise<QueuedChanges>
}

export interface ScenesParts extends SceneQueueParts {
  readonly openDocument: (name: string) => Promise<OpenDocument>
  /** As far as the device knows, the server's time, ms since the epoch. */
  readonly serverNow: () => number
}

export function createScenes(parts: ScenesParts): Scenes {
  const queue: Scenes['queue'] = (name, changes, options) => queueScene(parts, name, { ...options, changes })
  function open(name: string): Promise<Scene>
  function open<Own extends ElementFields, Input>(name: string, options: SceneOptions<Own, Input>): Promise<Scene<Own, Input>>
  async function open(
    name: string,
    { element }: SceneOptions<SceneElement, SceneElement> = { element: sceneElementSchema },
  ): Promise<Scene> {
    const document = await parts.openDocument(name)
    return createOpenScene({ document, element, now: parts.serverNow, queue: (changes) => queue(name, changes) })
  }
  return { open, queue }
}
