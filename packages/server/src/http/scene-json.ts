import { sceneElementsRoot } from '@rejoin/core'
import * as Y from 'yjs'
import { valueToJson } from './plain-json.ts'

/**
 * The elements of a scene as JSON text, in the order of their ids: `{ "elements": [ … ] }`. What is no `Y.Map` is no element; what is one has
 * whatever its authors gave it, and the id that it is found by.
 */
export function toSceneJsonText(update: Uint8Array): string {
  const doc = new Y.Doc({ gc: true })
  try {
    Y.applyUpdate(doc, update)
    const found = [...doc.getMap(sceneElementsRoot)].filter(([, element]) => element instanceof Y.Map)
    const inOrder = found.toSorted(([one], [other]) => (one < other ? -1 : 1))
    const elements = inOrder.map(([id, element]) => Object.assign(valueToJson(element, 0) ?? {}, { id }))
    return JSON.stringify({ elements })
  } finally {
    doc.destroy()
  }
}
