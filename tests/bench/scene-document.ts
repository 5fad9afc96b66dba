import * as Y from 'yjs'

export const sceneBytes = 10_000

/** Whoever made the scenes: the same for all, so that every call gives the same bytes. */
const authorClientId = 0x8123_4567

/** A scene of about 10 KB, as one update: forty-odd canvas elements, each a `Y.Map` with the usual fields. */
export function createSceneUpdate(): Uint8Array {
  const doc = new Y.Doc()
  doc.clientID = authorClientId
  const elements = doc.getMap('elements')
  for (let index = 0; Y.encodeStateAsUpdate(doc).length < sceneBytes; index += 1) {
    const element = new Y.Map<unknown>()
    doc.transact(() => {
      elements.set(`element-${index}`, element)
      const fields = { id: `element-${index}`, kind: 'rectangle', x: 10.5 * index, y: 7.25 * index, width: 120, height: 80, rotation: 0, fill: '#ffd166', stroke: '#073b4c', updatedAt: 1_795_244_400_000 + index }
      for (const [name, value] of Object.entries(fields)) element.set(name, value)
    })
  }
  return Y.encodeStateAsUpdate(doc)
}
