import { sceneOf, type DocScene } from '@rejoin/client'
import type { Doc } from 'yjs'
import type { z } from 'zod'
import type { Element, PatchById } from './element.ts'
import { elementSchema } from './element.ts'
import { compareOrder } from './order.ts'

export interface Scene {
  /** From the bottom up. An element that did not change is the same object as before. */
  readonly elements: readonly Element[]
  readonly byId: ReadonlyMap<string, Element>
}

export interface SceneStore {
  readonly scene: Scene
  /** The scene of the document itself: to add and remove, each one transaction. */
  readonly content: DocScene<Element, z.input<typeof elementSchema>>
  readonly subscribe: (listener: () => void) => () => void
  /** Writes the fields that differ, in one transaction; elements that somebody else removed meanwhile are passed over. */
  update(patches: PatchById): void
  close(): void
}

/** Follows a document, in the order in which its elements are drawn. `now` is device time, ms since the epoch. */
export function createSceneStore(doc: Doc, now: () => number): SceneStore {
  const content = sceneOf(doc, { element: elementSchema, now })
  let listed = content.elements
  let scene = inOrder(listed)
  return {
    content,
    get scene() {
      if (listed !== content.elements) {
        listed = content.elements
        scene = inOrder(listed)
      }
      return scene
    },
    subscribe: (listener) => content.onChange(listener),
    update: (patches) => content.transact(() => patches.forEach((patch, id) => content.update(id, patch))),
    close: () => content.close(),
  }
}

function inOrder(elements: readonly Element[]): Scene {
  return { elements: elements.toSorted(compareOrder), byId: new Map(elements.map((element) => [element.id, element])) }
}
