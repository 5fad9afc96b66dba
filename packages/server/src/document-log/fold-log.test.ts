import { createSeededRandom } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import * as Y from 'yjs'
import { contentDigest } from './content-digest.ts'
import { foldLog } from './fold-log.ts'

function load(update: Uint8Array): Y.Doc {
  const document = new Y.Doc()
  Y.applyUpdate(document, update)
  return document
}

/** Three devices that edit and merge at random; every update they made, in an order that a server could have stored. */
function randomRows(seed: number): { readonly rows: readonly Uint8Array[]; readonly whole: Y.Doc } {
  const random = createSeededRandom(seed)
  const rows: Uint8Array[] = []
  const whole = new Y.Doc()
  const devices = [1, 2, 3].map((client) => {
    const device = new Y.Doc()
    device.clientID = client
    device.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'pull') return
      rows.push(update)
      Y.applyUpdate(whole, update)
    })
    return device
  })
  for (let step = 0; step < 200; step++) {
    const device = random.pick(devices)
    if (random.chance(0.2)) Y.applyUpdate(device, Y.encodeStateAsUpdate(whole), 'pull')
    else edit(device, random)
  }
  return { rows, whole }
}

function edit(device: Y.Doc, random: ReturnType<typeof createSeededRandom>): void {
  const text = device.getText('text')
  const elements = device.getMap<Y.Map<unknown>>('elements')
  const key = `${random.below(5)}`
  const choice = random.below(6)
  if (choice === 0 && text.length > 4) text.delete(random.below(text.length - 3), 3)
  else if (choice === 1 && text.length > 4) text.format(random.below(text.length - 3), 3, { bold: random.chance(0.5) || null })
  else if (choice === 2) elements.set(key, new Y.Map(Object.entries({ x: random.below(100), note: new Y.Text('note') })))
  else if (choice === 3) elements.get(key)?.set('x', random.below(100))
  else if (choice === 4) elements.delete(key)
  else text.insert(random.below(text.length + 1), 'some words ')
}

test('[B30] folding keeps content, state vector and delete set, in one go or in steps', () => {
  for (let seed = 1; seed <= 10; seed++) {
    const { rows, whole } = randomRows(seed)
    const half = Math.floor(rows.length / 2)
    const first = foldLog(undefined, rows.slice(0, half))
    const stepwise = first.type === 'folded' ? foldLog(first.update, rows.slice(half)) : first
    for (const folded of [foldLog(undefined, rows), stepwise]) {
      if (folded.type !== 'folded') throw new Error(`seed ${seed}: ${folded.reason}`)
      expect(contentDigest(load(folded.update)), `seed ${seed}`).toBe(contentDigest(whole))
    }
  }
})

test('[B30] folding adds no delete of its own, not even of formatting marks that have become redundant', () => {
  const [one, other] = [new Y.Doc(), new Y.Doc()]
  const rows: Uint8Array[] = []
  for (const document of [one, other])
    document.on('update', (update: Uint8Array, origin: unknown) => origin !== 'pull' && rows.push(update))
  one.getMap('root').set('note', new Y.Text('both make this bold'))
  Y.applyUpdate(other, Y.encodeStateAsUpdate(one), 'pull')
  for (const document of [one, other]) noteOf(document).format(0, 10, { bold: true })
  const folded = foldLog(undefined, rows)
  if (folded.type !== 'folded') throw new Error(folded.reason)
  expect(Y.decodeUpdate(folded.update).ds.clients.size).toBe(0)
})

test('[B31] a row that does not fit what stands before it is found', () => {
  const { rows } = randomRows(7)
  const broken = [...rows.slice(0, 20), new Uint8Array([9, 9, 9]), ...rows.slice(20)]
  expect(foldLog(undefined, broken)).toEqual({ type: 'unfoldable', index: 20, reason: expect.any(String) })
  const later = new Y.Doc()
  later.getText('text').insert(0, 'a')
  const missing: Uint8Array[] = []
  later.on('update', (update: Uint8Array) => missing.push(update))
  later.getText('text').insert(1, 'b')
  later.getText('text').delete(0, 1)
  expect(foldLog(undefined, [...rows, ...missing])).toEqual({
    type: 'unfoldable',
    index: rows.length,
    reason: expect.stringContaining('unknown'),
  })
  expect(foldLog(new Uint8Array([9, 9, 9]), rows)).toEqual({
    type: 'unfoldable',
    index: undefined,
    reason: expect.stringContaining('snapshot'),
  })
})

test('[B32] equal state vectors with other content have another digest', () => {
  const documents = ['abcd', 'wxyz'].map((content) => {
    const document = new Y.Doc()
    document.clientID = 5
    document.getText('text').insert(0, content)
    return document
  })
  const [one, other] = documents.map((document) => Y.encodeStateVector(document))
  expect(one).toEqual(other)
  expect(new Set(documents.map(contentDigest)).size).toBe(2)
})

test('[B32] the digest does not depend on how items are split, and asking for a root type does not change it', () => {
  const typed = new Y.Doc()
  typed.clientID = 5
  for (let index = 0; index < 20; index++) typed.getText('text').insert(index, String.fromCodePoint(97 + index))
  const split = load(Y.encodeStateAsUpdate(typed))
  const cursor = new Y.Doc()
  Y.applyUpdate(cursor, Y.encodeStateAsUpdate(split))
  cursor.getMap('never written')
  cursor.getText('text')
  expect(contentDigest(cursor)).toBe(contentDigest(typed))
})

function noteOf(document: Y.Doc): Y.Text {
  const note = document.getMap('root').get('note')
  if (!(note instanceof Y.Text)) throw new Error('there is no note')
  return note
}
