import { expect, test } from 'vitest'
import { Doc, Map as YMap, applyUpdate, encodeStateAsUpdate } from 'yjs'
import type { Element } from './element.ts'
import { createSceneStore } from './scene-store.ts'
import { addElement, addElements, elementsOf, removeElements, updateElements } from './scene.ts'

const square: Element = {
  id: 'a',
  kind: 'rectangle',
  x: 10,
  y: 20,
  width: 30,
  height: 40,
  rotation: 0,
  order: 1,
  stroke: 'ink',
  fill: 'none',
  strokeWidth: 3,
  updatedAt: 100,
}

function countTransactions(doc: Doc): () => number {
  let count = 0
  doc.on('update', () => count++)
  return () => count
}

test('[CV1] an element is a map of plain fields under its id', () => {
  const doc = new Doc()
  addElement(doc, square)
  expect(doc.getMap('elements').toJSON()).toEqual({ a: square })
  expect(elementsOf(doc).get('a')).toBeInstanceOf(YMap)
})

test('[CV2] many elements are added, changed and removed in one transaction each', () => {
  const doc = new Doc()
  const count = countTransactions(doc)
  addElements(doc, [square, { ...square, id: 'b' }])
  updateElements(
    doc,
    new Map([
      ['a', { x: 1 }],
      ['b', { x: 2, y: 3 }],
    ]),
    200,
  )
  removeElements(doc, ['a', 'b'])
  expect(count()).toBe(3)
})

test('[CV2] an update writes the fields that differ, and the time only if there are any', () => {
  const doc = new Doc()
  addElement(doc, square)
  const count = countTransactions(doc)
  updateElements(doc, new Map([['a', { x: 10, y: 20 }]]), 200)
  expect(count()).toBe(0)
  updateElements(doc, new Map([['a', { x: 11, y: 20 }]]), 300)
  expect(doc.getMap('elements').toJSON()).toEqual({ a: { ...square, x: 11, updatedAt: 300 } })
})

test('[CV3] a drag that ends after the element was removed elsewhere does not bring it back', () => {
  const [here, there] = [new Doc(), new Doc()]
  addElement(here, square)
  applyUpdate(there, encodeStateAsUpdate(here))
  removeElements(there, ['a'])
  applyUpdate(here, encodeStateAsUpdate(there))
  updateElements(here, new Map([['a', { x: 99 }]]), 200)
  expect(elementsOf(here).size).toBe(0)
})

test('[CV4] what is no element is left alone, and drawn by nobody', () => {
  const doc = new Doc()
  addElement(doc, square)
  elementsOf(doc).set('strange', 'not a map')
  elementsOf(doc).set('future', new YMap(Object.entries({ ...square, kind: 'hologram' })))
  elementsOf(doc).set('huge', new YMap(Object.entries({ ...square, x: Number.MAX_VALUE })))
  expect(createSceneStore(doc).scene.elements).toEqual([square])
  expect(elementsOf(doc).size).toBe(4)
})

test('[CV4] an element written by another program needs only the common fields', () => {
  const doc = new Doc()
  elementsOf(doc).set('b', new YMap(Object.entries({ id: 'b', kind: 'ellipse', x: 1, y: 2, width: 3, height: 4, updatedAt: 5 })))
  expect(createSceneStore(doc).scene.elements).toEqual([
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
  const doc = new Doc()
  addElements(doc, [square, { ...square, id: 'b', order: 2 }])
  const store = createSceneStore(doc)
  const before = store.scene.elements
  let calls = 0
  store.subscribe(() => calls++)
  updateElements(doc, new Map([['b', { x: 5 }]]), 200)
  expect(calls).toBe(1)
  expect(store.scene.elements.map(({ id, x }) => [id, x])).toEqual([
    ['a', 10],
    ['b', 5],
  ])
  expect(store.scene.elements[0]).toBe(before[0])
  store.close()
  removeElements(doc, ['a'])
  expect(calls).toBe(1)
})
