import type { Doc } from 'yjs'
import { Map as YMap } from 'yjs'
import type { Element, PatchById } from './element.ts'

/** Marks the transactions of this canvas: undo follows these and no others. */
export const localOrigin = Symbol('canvas edit')

/** The root map of a scene: element id → `Y.Map` of the element's fields. */
export function elementsOf(doc: Doc): YMap<unknown> {
  return doc.getMap('elements')
}

/** Adds elements in one transaction. An id that exists already is replaced. */
export function addElements(doc: Doc, elements: readonly Element[]): void {
  if (elements.length === 0) return
  doc.transact(() => {
    const root = elementsOf(doc)
    for (const element of elements) root.set(element.id, new YMap<unknown>(Object.entries(element)))
  }, localOrigin)
}

export function addElement(doc: Doc, element: Element): void {
  addElements(doc, [element])
}

/**
 * Writes the fields that differ, in one transaction. Elements that somebody else removed meanwhile are passed over:
 * writing to them would bring back half a shape. `now` is device time, ms since the epoch.
 */
export function updateElements(doc: Doc, patches: PatchById, now: number): void {
  const root = elementsOf(doc)
  doc.transact(() => {
    for (const [id, patch] of patches) {
      const element = root.get(id)
      if (!(element instanceof YMap)) continue
      const changed = Object.entries(patch).filter(([field, value]) => value !== undefined && element.get(field) !== value)
      for (const [field, value] of changed) element.set(field, value)
      if (changed.length > 0) element.set('updatedAt', now)
    }
  }, localOrigin)
}

/** Removes elements in one transaction; ids that are not there are ignored. */
export function removeElements(doc: Doc, ids: Iterable<string>): void {
  const root = elementsOf(doc)
  doc.transact(() => {
    for (const id of ids) root.delete(id)
  }, localOrigin)
}
