import fc from 'fast-check'
import { expect, test } from 'vitest'
import { undo } from './commands.ts'
import { copySelected, paste, type Pasted } from './clipboard.ts'
import { insertInTheMiddle } from './insert-shape.ts'
import { openBoard } from './testing/open-board.ts'

const middle = { x: 300, y: 200 }

test('[HD7] what was copied on one board is pasted on another: alike, around the place, above the rest, one step of undo', () => {
  const [from, to] = [openBoard(), openBoard()]
  insertInTheMiddle(from.board, 'note')
  const text = copySelected(from.board)
  insertInTheMiddle(to.board, 'ellipse')
  const before = to.updates()
  expect(paste(to.board, text ?? '', middle)).toEqual({ type: 'pasted', count: 1 })
  expect(to.updates()).toBe(before + 1)
  const [original] = from.board.scene.scene.elements
  const [below, copy] = to.board.scene.scene.elements
  expect(copy).toEqual({ ...original, id: 'id2', x: 210, y: 110, order: 2 })
  expect([...to.board.ui.get().selection]).toEqual(['id2'])
  undo(to.board)
  expect(to.board.scene.scene.elements).toEqual([below])
})

test('[HD7] text becomes a text element; long lines are broken, and too much of it is cut and told', () => {
  const { board } = openBoard()
  expect(paste(board, 'one\r\n\ttwo\n', middle)).toEqual({ type: 'pasted', count: 1 })
  expect(board.scene.scene.elements).toMatchObject([
    { kind: 'text', text: 'one\n  two', width: 60, height: 63, x: 270, y: 168.5 },
  ])
  expect(paste(board, '{"json": "of somebody else"}', middle)).toEqual({ type: 'pasted', count: 1 })
  expect(paste(board, 'word '.repeat(2_000), middle)).toEqual({ type: 'shortened' })
  const [, , long] = board.scene.scene.elements
  expect(long?.kind === 'text' && [long.text.length, Math.max(...long.text.split('\n').map(({ length }) => length))]).toEqual([
    5_000, 80,
  ])
})

const fields = { id: 'a', kind: 'rectangle', x: 0, y: 0, width: 10, height: 10 }
const claim = (elements: unknown, more: object = {}) => JSON.stringify({ format: 'rejoin-board', version: 1, elements, ...more })

const hostile: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ['half of it', claim([fields]).slice(0, -4), /damaged/],
  ['no elements', claim([]), /empty/],
  ['a later version', claim([fields], { version: 9 }), /another version/],
  ['a place out of the world', claim([{ ...fields, x: 1e300 }]), /Element 1 of what was copied cannot be drawn \(x\)/],
  ['markup for a kind', claim([fields, { ...fields, kind: '<img onerror=alert(1)>' }]), /Element 2/],
  ['more than a document takes', claim(Array.from({ length: 10_001 }, () => fields)), /at most 10000/],
  ['nothing', ' \n', /nothing to paste/],
]

test.each(hostile)('[HD8] pasting %s adds nothing and says why', (_name, text, message) => {
  const { board, updates } = openBoard()
  expect(paste(board, text, middle)).toEqual({ type: 'problem', message: expect.stringMatching(message) })
  expect(updates()).toBe(0)
})

test('[HD8] whatever is pasted, the board stays one that can be drawn, and no prototype is touched', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json().map((value) => `{"format":"rejoin-board","version":1,"elements":[${value}]}`),
    fc.constant(
      '{"format":"rejoin-board","version":1,"elements":[{"__proto__":{"polluted":1},"id":"a","kind":"note","x":0,"y":0,"width":1,"height":1}]}',
    ),
  )
  fc.assert(
    fc.property(anything, (text) => {
      const { board, doc } = openBoard()
      const pasted: Pasted = paste(board, text, middle)
      const drawn = board.scene.scene.elements.length
      expect(doc.getMap('elements').size).toBe(drawn)
      expect(drawn).toBe(pasted.type === 'problem' ? 0 : 1)
      expect('polluted' in {}).toBe(false)
    }),
  )
})

test('[CV10] where the person may only look, nothing is pasted, and they are told', () => {
  const { board, updates } = openBoard()
  board.ui.set({ isReadOnly: true })
  expect(paste(board, claim([fields]), middle)).toEqual({ type: 'problem', message: 'You may only look at this board.' })
  expect(updates()).toBe(0)
})
