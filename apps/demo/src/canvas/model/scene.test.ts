import { expect, test } from 'vitest'
import { Doc, Map as YMap, applyUpdate, encodeStateAsUpdate } from 'yjs'
import { createSceneStore } from './scene-store.ts'
import { square } from './testing/square.ts'

function countTransactions(doc: Doc): () => number {
  let count = 0
  doc.on('update', () => count++)
  return () => count
}

/** A document and its store, whose time is always the same. */
function openScene() {
  const doc = new Doc()
  const root = doc.getMap('elements')
  return { doc, root, store: createSceneStore(doc, () => 200) }
}

const stored = { ...square, updatedAt: 200 }

test('[CV1] an element is a map of plain fields under its id', () => {
  const { root, store } = openScene()
  store.content.add(square)
  expect(root.toJSON()).toEqual({ a: stored })
  expect(root.get('a')).toBeInstanceOf(YMap)
})

test('[CV2] many elements are added, changed and removed in one transaction each', () => {
  const { doc, store } = openScene()
  const count = countTransactions(doc)
  store.content.add(square, { ...square, id: 'b' })
  store.update(
    new Map([
      ['a', { x: 1 }],
      ['b', { x: 2, y: 3 }],
    ]),
  )
  store.content.remove('a', 'b')
  expect(count()).toBe(3)
})

test('[CV2] an update writes the fields that differ, and the time only if there are any', () => {
  const { doc, root, store } = openScene()
  root.set('a', new YMap(Object.entries(square)))
  const count = countTransactions(doc)
  store.update(new Map([['a', { x: 10, y: 20 }]]))
  expect(count()).toBe(0)
  store.update(new Map([['a', { x: 11, y: 20 }]]))
  expect(root.toJSON()).toEqual({ a: { ...stored, x: 11 } })
})

test('[CV3] a drag that ends after the element was removed elsewhere does not bring it back', () => {
  const [here, there] = [openScene(), openScene()]
  here.store.content.add(square)
  applyUpdate(there.doc, encodeStateAsUpdate(here.doc))
  there.store.content.remove('a')
  applyUpdate(here.doc, encodeStateAsUpdate(there.doc))
  here.store.update(new Map([['a', { x: 99 }]]))
  expect(here.root.size).toBe(0)
})

test('[CV4] what is no element is left alone, and drawn by nobody', () => {
  const { root, store } = openScene()
  store.content.add(square)
  root.set('strange', 'not a map')
  root.set('future', new YMap(Object.entries({ ...square, kind: 'hologram' })))
  root.set('huge', new YMap(Object.entries({ ...square, x: Number.MAX_VALUE })))
  expect(store.scene.elements).toEqual([stored])
  expect(root.size).toBe(4)
})

test('[CV4] an element written by another program needs only the common fields', () => {
  const { root, store } = openScene()
  root.set('b', new YMap(Object.entries({ id: 'b', kind: 'ellipse', x: 1, y: 2, width: 3, height: 4, updatedAt: 5 })))
  expect(store.scene.elements).toEqual([
    {
      id: 'b',
      kind: 'ellipse',
      x: 1,
      y: 2,
      width: 3,
      height: 4,
      updatedAt: 5,
      rotation: 0,
      order: 0,
      stroke: 'ink',
      fill: 'none',
      strokeWidth: 3,
    },
  ])
})

test('[CV1] the store follows the document, and keeps the objects of what did not change', () => {
  const { store } = openScene()
  store.content.add({ ...square, id: 'b', order: 2 }, square)
  const before = store.scene
  expect(store.scene).toBe(before)
  let calls = 0
  store.subscribe(() => calls++)
  store.update(new Map([['b', { x: 5 }]]))
  expect(calls).toBe(1)
  expect(store.scene.elements.map(({ id, x }) => [id, x])).toEqual([
    ['a', 10],
    ['b', 5],
  ])
  expect(store.scene.elements[0]).toBe(before.elements[0])
  store.close()
  store.content.remove('a')
  expect(calls).toBe(1)
})
