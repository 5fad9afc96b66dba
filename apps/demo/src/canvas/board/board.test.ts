import { expect, test } from 'vitest'
import { gesturePatches, lineEnds } from '../gesture/gesture.ts'
import { noModifiers } from '../gesture/modifiers.ts'
import { applyStyle, cancelGesture, chooseTool, removeSelected, select, selectedElements, undo } from './commands.ts'
import { duplicateSelected } from './copies.ts'
import { finishGesture } from './finish-gesture.ts'
import { nudgeSelected } from './arrange.ts'
import { commandFor } from './shortcuts.ts'
import { drag, draw, openBoard, press } from './testing/open-board.ts'

const plain = noModifiers
const path = (length: number) => Array.from({ length }, (_, index) => ({ x: index * 3, y: (index % 7) * 5 }))

test('[CV9] drawing a shape is one transaction, at its end', () => {
  const { board, updates } = openBoard()
  chooseTool(board, 'rectangle')
  press(board, { x: 10, y: 10 })
  drag(board, [
    { x: 40, y: 30 },
    { x: 110, y: 60 },
  ])
  expect(updates()).toBe(0)
  finishGesture(board, plain)
  expect(updates()).toBe(1)
  expect(board.scene.scene.elements).toMatchObject([
    { kind: 'rectangle', x: 10, y: 10, width: 100, height: 50, updatedAt: 1_000 },
  ])
  expect(board.ui.get().tool).toBe('select')
})

test('[CV9] moving a group by a hundred steps is one transaction and one step of undo', () => {
  const { board, updates } = openBoard()
  draw(board, 'rectangle', [
    { x: 0, y: 0 },
    { x: 50, y: 50 },
  ])
  draw(board, 'ellipse', [
    { x: 100, y: 0 },
    { x: 150, y: 50 },
  ])
  select(board, ['id1', 'id2'])
  const before = updates()
  press(board, { x: 20, y: 20 }, { type: 'element', id: 'id1' })
  drag(
    board,
    Array.from({ length: 100 }, (_, step) => ({ x: 20 + step, y: 20 + step })),
  )
  expect(updates()).toBe(before)
  finishGesture(board, plain)
  expect(updates()).toBe(before + 1)
  expect(selectedElements(board).map(({ x, y }) => [x, y])).toEqual([
    [99, 99],
    [199, 99],
  ])
  undo(board)
  expect(selectedElements(board).map(({ x, y }) => [x, y])).toEqual([
    [0, 0],
    [100, 0],
  ])
})

test('[CV9] a stroke is one transaction, simplified', () => {
  const { board, updates } = openBoard()
  draw(board, 'freehand', [{ x: 0, y: 0 }, ...Array.from({ length: 200 }, (_, x) => ({ x, y: 0 }))])
  expect(updates()).toBe(1)
  expect(board.scene.scene.elements).toMatchObject([{ kind: 'freehand', points: [0, 0, 1, 0], width: 199, height: 0 }])
})

test('[CV9] a press without a move writes nothing and selects', () => {
  const { board, updates } = openBoard()
  draw(board, 'rectangle', [
    { x: 0, y: 0 },
    { x: 50, y: 50 },
  ])
  select(board, [])
  const before = updates()
  press(board, { x: 20, y: 20 }, { type: 'element', id: 'id1' })
  drag(board, [{ x: 21, y: 21 }])
  finishGesture(board, plain)
  expect(updates()).toBe(before)
  expect([...board.ui.get().selection]).toEqual(['id1'])
})

test('[CV9] a cancelled gesture leaves nothing, neither here nor in presence', () => {
  const { board, updates, awareness, runTimers } = openBoard()
  chooseTool(board, 'freehand')
  press(board, { x: 0, y: 0 })
  drag(board, path(20))
  cancelGesture(board)
  runTimers()
  expect(updates()).toBe(0)
  expect(awareness.getLocalState()).toMatchObject({ preview: null })
})

test('[CV9] the end of a line follows the pointer, and is one transaction', () => {
  const { board, updates } = openBoard()
  draw(board, 'line', [
    { x: 0, y: 0 },
    { x: 100, y: 50 },
  ])
  const before = updates()
  press(board, { x: 0, y: 0 }, { type: 'endpoint', end: 0 })
  drag(board, [
    { x: 20, y: 80 },
    { x: 10, y: 90 },
  ])
  finishGesture(board, plain)
  expect(updates()).toBe(before + 1)
  const [line] = board.scene.scene.elements
  expect(line?.kind === 'line' && lineEnds(line)).toEqual([
    { x: 10, y: 90 },
    { x: 100, y: 50 },
  ])
})

test('[CV9] while a drag runs others are told absolute places, and a while after it', () => {
  const { board, awareness, runTimers } = openBoard()
  draw(board, 'rectangle', [
    { x: 0, y: 0 },
    { x: 50, y: 50 },
  ])
  press(board, { x: 20, y: 20 }, { type: 'element', id: 'id1' })
  drag(board, [{ x: 70, y: 30 }])
  expect(gesturePatches(board.ui.get().gesture)).toEqual(new Map([['id1', { x: 50, y: 10 }]]))
  runTimers()
  expect(awareness.getLocalState()).toMatchObject({ preview: { patches: [{ id: 'id1', x: 50, y: 10 }] } })
  finishGesture(board, plain)
  expect(awareness.getLocalState()).toMatchObject({ preview: { patches: [{ id: 'id1', x: 50, y: 10 }] } })
  runTimers()
  runTimers()
  expect(awareness.getLocalState()).toMatchObject({ preview: null })
})

test('[CV2] recolouring, duplicating and removing a group are one transaction each', () => {
  const { board, updates } = openBoard()
  draw(board, 'rectangle', [
    { x: 0, y: 0 },
    { x: 50, y: 50 },
  ])
  draw(board, 'line', [
    { x: 0, y: 0 },
    { x: 50, y: 50 },
  ])
  select(board, ['id1', 'id2'])
  const before = updates()
  applyStyle(board, { stroke: 'red', fill: 'green' })
  duplicateSelected(board)
  removeSelected(board)
  expect(updates()).toBe(before + 3)
  expect(board.scene.scene.elements).toMatchObject([
    { id: 'id1', stroke: 'red', fill: 'green' },
    { id: 'id2', stroke: 'red', fill: 'none' },
  ])
})

test('[CV10] where the person may only look, no command writes', () => {
  const { board, updates } = openBoard()
  draw(board, 'rectangle', [
    { x: 0, y: 0 },
    { x: 50, y: 50 },
  ])
  const before = updates()
  board.ui.set({ isReadOnly: true })
  chooseTool(board, 'ellipse')
  applyStyle(board, { stroke: 'red' })
  nudgeSelected(board, { x: 1, y: 1 })
  duplicateSelected(board)
  removeSelected(board)
  undo(board)
  press(board, { x: 20, y: 20 }, { type: 'element', id: 'id1' })
  drag(board, [{ x: 70, y: 30 }])
  finishGesture(board, plain)
  expect(updates()).toBe(before)
  expect(board.ui.get().tool).toBe('select')
})

test('[CV9] the keys do what they say', () => {
  const { board } = openBoard()
  const press = (key: string, more: { ctrlKey?: boolean; shiftKey?: boolean } = {}) =>
    commandFor({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...more })?.(board)
  press('r')
  press('Enter')
  press('ArrowRight', { shiftKey: true })
  expect(board.scene.scene.elements).toMatchObject([{ x: -70, y: -50, width: 160, height: 100 }])
  press('z', { ctrlKey: true })
  press('z', { ctrlKey: true })
  expect(board.scene.scene.elements).toEqual([])
  press('y', { ctrlKey: true })
  press('z', { ctrlKey: true, shiftKey: true })
  press('a', { ctrlKey: true })
  expect(selectedElements(board)).toMatchObject([{ x: -70 }])
  press('Delete')
  expect(board.scene.scene.elements).toEqual([])
})
