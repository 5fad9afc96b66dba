import type { AbstractType, Doc, YEvent } from 'yjs'
import type { Element } from './element.ts'
import { readElement } from './element.ts'
import { compareOrder } from './order.ts'
import { elementsOf } from './scene.ts'

export interface Scene {
  /** From the bottom up. An element that did not change is the same object as before. */
  readonly elements: readonly Element[]
  readonly byId: ReadonlyMap<string, Element>
}

export interface SceneStore {
  readonly scene: Scene
  readonly subscribe: (listener: () => void) => () => void
  close(): void
}

/** Follows a document and reads again only the elements that changed. */
export function createSceneStore(doc: Doc): SceneStore {
  const root = elementsOf(doc)
  const listeners = new Set<() => void>()
  const byId = new Map<string, Element>()
  let scene: Scene = { elements: [], byId: new Map() }

  const read = (ids: Iterable<string>) => {
    for (const id of ids) {
      const element = readElement(id, root.get(id))
      if (element) byId.set(id, element)
      else byId.delete(id)
    }
    scene = { elements: [...byId.values()].sort(compareOrder), byId: new Map(byId) }
  }
  const onChange = (events: readonly YEvent<AbstractType<unknown>>[]) => {
    const changed = new Set<string>()
    for (const event of events) {
      const [id] = event.path
      if (id === undefined) for (const key of event.changes.keys.keys()) changed.add(key)
      else changed.add(String(id))
    }
    read(changed)
    for (const listener of listeners) listener()
  }
  read(root.keys())
  root.observeDeep(onChange)
  return {
    get scene() {
      return scene
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => root.unobserveDeep(onChange),
  }
}
