import { expect, test } from 'vitest'
import type { Doc } from 'yjs'
import { noGesture } from '../gesture/gesture.ts'
import { elementSchema, type Element } from '../model/element.ts'
import { createSceneStore } from '../model/scene-store.ts'
import { insert, undo } from './commands.ts'
import { openBoard, press } from './testing/open-board.ts'
import { finishWriting, startRewriting, startWriting, write } from './writing.ts'

const note = (fields: object): Element =>
  elementSchema.parse({ id: 'n', kind: 'note', x: 0, y: 0, width: 120, height: 120, text: '', ...fields })

const somebodyElse = (doc: Doc) => createSceneStore(doc, () => 2_000)

test('[HD12] a new text is in no document until its end, then one transaction; an empty one never', () => {
  const { board, updates } = openBoard()
  startWriting(board, { x: 0, y: 100 })
  write(board, 'two\nlines')
  expect(updates()).toBe(0)
  finishWriting(board)
  expect(updates()).toBe(1)
  expect(board.scene.scene.elements).toMatchObject([{ kind: 'text', text: 'two\nlines', width: 60, height: 63 }])
  startWriting(board, { x: 0, y: 0 })
  write(board, ' \n ')
  finishWriting(board)
  expect([updates(), board.scene.scene.elements.length]).toEqual([1, 1])
})

test('[HD12] a text that became empty removes itself, and undo brings it back', () => {
  const { board } = openBoard()
  startWriting(board, { x: 0, y: 0 })
  write(board, 'words')
  finishWriting(board)
  startRewriting(board, 'id1')
  write(board, '')
  finishWriting(board)
  expect(board.scene.scene.elements).toEqual([])
  undo(board)
  expect(board.scene.scene.elements).toMatchObject([{ text: 'words' }])
})

test('[HD12] paper without words stays, grows with what is written, and is as tall as before when undone', () => {
  const { board, updates } = openBoard()
  insert(board, [note({})])
  startRewriting(board, 'n')
  // Lines of nine letters: 120 less the edges, at 10 a letter.
  write(board, Array.from({ length: 8 }, () => 'ninewords').join(' '))
  expect(board.ui.get().editing?.element).toMatchObject({ width: 120, height: 232, fontSize: 20 })
  const before = updates()
  finishWriting(board)
  expect(updates()).toBe(before + 1)
  expect(board.scene.scene.byId.get('n')).toMatchObject({ height: 232 })
  undo(board)
  expect(board.scene.scene.byId.get('n')).toMatchObject({ text: '', height: 120 })
})

test('[HD12] writing that had been made small to fit stays as small when it goes on', () => {
  const { board } = openBoard()
  insert(board, [note({ text: 'many words that do not fit on so small a paper at all', width: 100, height: 60 })])
  startRewriting(board, 'n')
  const { element } = board.ui.get().editing ?? {}
  expect(element?.fontSize).toBeLessThan(12)
  expect(element?.height).toBe(60)
})

test('[HD12] who ends it by a press elsewhere has nothing selected, who ends it with a key what was written', () => {
  const { board } = openBoard()
  for (const isPressed of [true, false]) {
    startWriting(board, { x: 0, y: 0 })
    write(board, 'words')
    if (isPressed) press(board, { x: 500, y: 500 })
    finishWriting(board)
    board.ui.set({ gesture: noGesture })
    expect(board.ui.get().selection.size).toBe(isPressed ? 0 : 1)
  }
})

test('[HD13] what somebody else deleted while one writes in it stays deleted, and what was written is given back', () => {
  const { board, doc } = openBoard()
  insert(board, [note({ text: 'before' })])
  startRewriting(board, 'n')
  write(board, 'before and after')
  somebodyElse(doc).content.remove('n')
  write(board, 'before and after that')
  expect(finishWriting(board)).toMatchObject({ kind: 'note', text: 'before and after that' })
  expect([board.scene.scene.elements, board.ui.get().editing, [...board.ui.get().selection]]).toEqual([[], undefined, []])
  expect([...doc.getMap('elements').keys()]).toEqual([])
})

test('[HD13] nothing is given back where nothing was written', () => {
  const { board, doc } = openBoard()
  insert(board, [note({ text: 'before' })])
  startRewriting(board, 'n')
  somebodyElse(doc).content.remove('n')
  expect(finishWriting(board)).toBe(undefined)
})

test('[HD14] words that were only looked at are not written again: somebody else may have changed them', () => {
  const { board, doc, updates } = openBoard()
  somebodyElse(doc).content.add(note({ text: 'before' }))
  startRewriting(board, 'n')
  somebodyElse(doc).update(new Map([['n', { text: 'of somebody else' }]]))
  const before = updates()
  finishWriting(board)
  expect(updates()).toBe(before)
  expect(board.scene.scene.byId.get('n')).toMatchObject({ text: 'of somebody else' })
})

test('[HD14] writing leaves alone what others change about the paper meanwhile', () => {
  const { board, doc } = openBoard()
  somebodyElse(doc).content.add(note({ text: 'before' }))
  startRewriting(board, 'n')
  write(board, 'after')
  somebodyElse(doc).update(new Map([['n', { x: 500, width: 300, height: 300, fill: 'green' }]]))
  finishWriting(board)
  expect(board.scene.scene.byId.get('n')).toMatchObject({ text: 'after', x: 500, width: 300, height: 300, fill: 'green' })
})
