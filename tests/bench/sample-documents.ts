import * as Y from 'yjs'

/** Both documents are about so long, encoded. */
const documentBytes = 10_000
/** Whoever made them: the same for all, so that every call gives the same bytes. */
const authorClientId = 0x8123_4567

function createDocument(): Y.Doc {
  const doc = new Y.Doc()
  doc.clientID = authorClientId
  return doc
}

/** About 10 KB of text in a hundred pieces that were put in at different places. */
export function createTextUpdate(): Uint8Array {
  const doc = createDocument()
  const text = doc.getText('text')
  for (let piece = 0; Y.encodeStateAsUpdate(doc).length < documentBytes; piece += 1) {
    text.insert((piece * 37) % (text.length + 1), 'a sentence of some eighty characters, as people write them in a document. ')
  }
  return Y.encodeStateAsUpdate(doc)
}

/** About 10 KB of a scene: forty-odd canvas elements, each a `Y.Map` with the usual fields. */
export function createSceneUpdate(): Uint8Array {
  const doc = createDocument()
  const elements = doc.getMap('elements')
  for (let index = 0; Y.encodeStateAsUpdate(doc).length < documentBytes; index += 1) {
    const element = new Y.Map<unknown>()
    doc.transact(() => {
      elements.set(`element-${index}`, element)
      const fields = {
        id: `element-${index}`,
        kind: 'rectangle',
        x: 10.5 * index,
        y: 7.25 * index,
        width: 120,
        height: 80,
        rotation: 0,
        fill: '#ffd166',
        stroke: '#073b4c',
        updatedAt: 1_795_244_400_000 + index,
      }
      for (const [name, value] of Object.entries(fields)) element.set(name, value)
    })
  }
  return Y.encodeStateAsUpdate(doc)
}
