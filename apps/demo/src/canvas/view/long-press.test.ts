import { expect, test } from 'vitest'
import { chooseTool, select } from '../board/commands.ts'
import { draw, openBoard, press } from '../board/testing/open-board.ts'
import { createLongPress } from './long-press.ts'

function openTwo() {
  const opened = openBoard()
  for (const x of [0, 100])
    draw(opened.board, 'rectangle', [
      { x, y: 0 },
      { x: x + 50, y: 50 },
    ])
  opened.runTimers()
  const longPress = createLongPress(opened.board)
  const selected = () => [...opened.board.ui.get().selection]
  return { ...opened, longPress, selected }
}

test('[HD17] a finger that rests selects with whatever tool, and leaves no drawing', () => {
  const { board, longPress, selected, runTimers, updates } = openTwo()
  select(board, [])
  chooseTool(board, 'freehand')
  const before = updates()
  longPress.start('id1', { x: 10, y: 10 })
  press(board, { x: 10, y: 10 })
  longPress.follow({ x: 14, y: 12 })
  runTimers()
  expect([longPress.stop(), selected(), board.ui.get().tool, board.ui.get().gesture.type, updates()]).toEqual([
    true,
    ['id1'],
    'select',
    'none',
    before,
  ])
})

test('[HD17] beside what is selected already it adds, and takes away again', () => {
  const { board, longPress, selected, runTimers } = openTwo()
  select(board, ['id2'])
  for (const expected of [['id2', 'id1'], ['id2']]) {
    longPress.start('id1', { x: 10, y: 10 })
    runTimers()
    longPress.stop()
    expect(selected()).toEqual(expected)
  }
})

test('[HD17] a finger on its way, or lifted before, selects nothing', () => {
  const { board, longPress, selected, runTimers } = openTwo()
  select(board, [])
  longPress.start('id1', { x: 10, y: 10 })
  longPress.follow({ x: 30, y: 10 })
  runTimers()
  expect([longPress.stop(), selected()]).toEqual([false, []])
  longPress.start('id1', { x: 10, y: 10 })
  expect(longPress.stop()).toBe(false)
  runTimers()
  expect(selected()).toEqual([])
})
