import { expect, test } from 'vitest'
import { undo } from '../board/commands.ts'
import { openBoard } from '../board/testing/open-board.ts'
import { isWithin, boundsOf } from '../geometry/box.ts'
import { square } from '../model/testing/square.ts'
import { viewBox } from '../paint/paint-elements.ts'
import { importBytesMax, readBoardFile, writeBoardFile } from './board-file.ts'
import { exportBoard, importBoard } from './export-board.ts'

const far = { ...square, x: 9_000, y: 9_000 }
const wide = { ...far, id: 'b', x: 20_000, order: 2 }

function fileOf(text: string, size = text.length) {
  return { size, text: () => Promise.resolve(text) }
}

function openSized() {
  const opened = openBoard()
  opened.board.ui.set({ size: { width: 1_000, height: 800 } })
  return opened
}

test('[SH7] an import is one transaction and one step of undo, selected, on top, and in view however wide it is', async () => {
  const { board, updates } = openSized()
  board.scene.content.add(far)
  const before = updates()
  expect(await importBoard(board, fileOf(writeBoardFile([wide, far])))).toEqual({ type: 'added', count: 2 })
  expect(updates() - before).toBe(1)
  const added = board.scene.scene.elements.slice(1)
  expect(added.map(({ id, order }) => [id === far.id, order])).toEqual([
    [false, 2],
    [false, 3],
  ])
  expect([...board.ui.get().selection]).toEqual(added.map(({ id }) => id))
  expect(added.every((element) => isWithin(boundsOf(element), viewBox(board.ui.get())))).toBe(true)
  undo(board)
  expect(board.scene.scene.elements.map(({ id }) => id)).toEqual(['a'])
})

test('[SH6] a file that is too large is not even read, and who may only look adds nothing', async () => {
  const { board, updates } = openSized()
  const unread = { size: importBytesMax + 1, text: () => Promise.reject(new Error('it was read')) }
  expect(await importBoard(board, unread)).toEqual({ type: 'problem', message: expect.stringMatching(/too large/) })
  board.ui.set({ isReadOnly: true })
  expect(await importBoard(board, fileOf(writeBoardFile([far])))).toMatchObject({ type: 'problem' })
  expect(updates()).toBe(0)
})

test('[SH6] only what is selected is exported, where that is asked; an empty board makes no file', async () => {
  const { board } = openSized()
  const choice = { format: 'json', isSelection: true, isOnPaper: true } as const
  await expect(exportBoard(board, choice, 'light')).rejects.toThrow('There is nothing to export.')
  board.scene.content.add(far, wide)
  board.ui.set({ selection: new Set(['b']) })
  const text = await (await exportBoard(board, choice, 'light')).text()
  expect(readBoardFile(text)).toEqual({ type: 'elements', elements: [{ ...wide, updatedAt: 1_000 }] })
})
