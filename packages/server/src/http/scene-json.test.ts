import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { toSceneJsonText } from './scene-json.ts'

function sceneText(draw: (elements: Y.Map<unknown>) => void): string {
  const doc = new Y.Doc()
  draw(doc.getMap('elements'))
  doc.getText('notes').insert(0, 'not of the scene')
  return toSceneJsonText(Y.encodeStateAsUpdate(doc))
}

test('[SV12] elements come in the order of their ids, with what their authors gave them; what is no map is left out', () => {
  const text = sceneText((elements) => {
    elements.set('b', new Y.Map(Object.entries({ x: 1, note: new Y.Text('hello') })))
    elements.set('a', new Y.Map(Object.entries({ id: 'somebody else', points: [0, Number.NaN], at: 5n })))
    elements.set('c', { x: 1 })
    elements.set('d', new Y.Array())
  })
  expect(JSON.parse(text)).toEqual({
    elements: [
      { id: 'a', points: [0, null], at: '5' },
      { x: 1, note: 'hello', id: 'b' },
    ],
  })
  expect(toSceneJsonText(Uint8Array.of(0, 0))).toBe('{"elements":[]}')
})

test('[SV12] a name of a prototype is a name like any other', () => {
  const text = sceneText((elements) => {
    elements.set('constructor', new Y.Map([['__proto__', { polluted: true }]]))
  })
  expect(text).toBe('{"elements":[{"__proto__":{"polluted":true},"id":"constructor"}]}')
  expect(Object.keys(Object.prototype)).toEqual([])
})
