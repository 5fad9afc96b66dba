import { Doc, encodeStateAsUpdate } from 'yjs'
import { expect, test } from 'vitest'
import { textOf, typedUpdates } from '../testing/index.ts'
import { exportUpdates, foldUpdates } from './fold-updates.ts'

test('[D10] a fold is the same document in one smaller update', () => {
  const updates = typedUpdates(Array.from({ length: 500 }, () => 'x'))
  const folded = foldUpdates(updates)
  expect(textOf(folded === undefined ? [] : [folded])).toBe('x'.repeat(500))
  expect(folded?.byteLength).toBeLessThan(600)
})

test('[D10] a forged garbage-collection range over known content does not erase it', () => {
  const [update] = typedUpdates(['keep me'], 7)
  if (update === undefined) throw new Error('an edit makes an update')
  // One client, one struct: a GC of 7 clocks at clock 0 of client 7; no deletions.
  const forged = new Uint8Array([1, 1, 7, 0, 0, 7, 0])
  const folded = foldUpdates([update, forged])
  expect(textOf(folded === undefined ? [] : [folded])).toBe('keep me')
})

test('[D10] deleted content is collected', () => {
  const doc = new Doc()
  const updates: Uint8Array[] = []
  doc.on('update', (update: Uint8Array) => updates.push(update))
  doc.getText('text').insert(0, 'long '.repeat(1_000))
  doc.getText('text').delete(0, 5_000)
  const folded = foldUpdates(updates)
  expect(folded?.byteLength).toBeLessThan(50)
  expect(folded).toEqual(encodeStateAsUpdate(doc))
})

test('[D10] what waits for missing updates is not folded, and is kept in an export', () => {
  const [first, second, third] = typedUpdates(['one ', 'two ', 'three'])
  if (first === undefined || second === undefined || third === undefined) throw new Error('three edits make three updates')
  expect(foldUpdates([second, third])).toBeUndefined()
  expect(textOf([exportUpdates([third, second]), first])).toBe('one two three')
})

test('[D14] bytes that Yjs cannot read are an error, never an empty document', () => {
  expect(() => foldUpdates([new Uint8Array([9, 9, 9])])).toThrow(expect.objectContaining({ code: 'corrupt' }))
  expect(() => exportUpdates([new Uint8Array([9, 9, 9]), new Uint8Array([0, 0])])).toThrow(
    expect.objectContaining({ code: 'corrupt' }),
  )
})
