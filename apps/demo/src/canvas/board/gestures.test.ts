import { expect, test } from 'vitest'
import { finishGesture } from './finish-gesture.ts'
import { chooseTool, publishGesture, select, selectedElements, undo } from './commands.ts'
import { gestureGuides } from '../gesture/gesture.ts'
import { noModifiers, type Modifiers } from '../gesture/modifiers.ts'
import { drag, draw, openBoard, press } from './testing/open-board.ts'

const alt: Modifiers = { ...noModifiers, alt: true }
const shift: Modifiers = { ...noModifiers, shift: true }
const free: Modifiers = { ...noModifiers, free: true }

/** Two squares of 50, 100 apart, both selected. */
function openSquares() {
  const opened = openBoard()
  opened.board.ui.set({ size: { width: 1_000, height: 1_000 } })
  draw(opened.board, 'rectangle', [
    { x: 0, y: 0 },
    { x: 50, y: 50 },
  ])
  draw(opened.board, 'rectangle', [
    { x: 150, y: 0 },
    { x: 200, y: 50 },
  ])
  select(opened.board, ['id1', 'id2'])
  return opened
}

const boxes = (opened: ReturnType<typeof openBoard>) =>
  opened.board.scene.scene.elements.map(({ x, y, width, height }) => [x, y, width, height])

test('[HD5] a corner pulled of two things resizes both, as one transaction and one step of undo', () => {
  const opened = openSquares()
  const before = opened.updates()
  press(opened.board, { x: 200, y: 50 }, { type: 'handle', handle: { x: 1, y: 1 } })
  drag(opened.board, [
    { x: 300, y: 60 },
    { x: 400, y: 100 },
  ])
  expect(opened.updates()).toBe(before)
  finishGesture(opened.board, noModifiers)
  expect(opened.updates()).toBe(before + 1)
  expect(boxes(opened)).toEqual([
    [0, 0, 100, 100],
    [300, 0, 100, 100],
  ])
  undo(opened.board)
  expect(boxes(opened)).toEqual([
    [0, 0, 50, 50],
    [150, 0, 50, 50],
  ])
})

test('[HD6] two things turn about the middle of their frame, with Shift in steps of 15°', () => {
  const opened = openSquares()
  press(opened.board, { x: 100, y: -30 }, { type: 'turn' })
  // A quarter turn to the right, and a little more.
  drag(opened.board, [{ x: 160, y: 27 }], shift)
  finishGesture(opened.board, shift)
  expect(opened.board.scene.scene.elements.map(({ x, y, rotation }) => [x, y, rotation])).toEqual([
    [125, -75, 90],
    [125, 75, 90],
  ])
})

test('[HD11] with Alt a move leaves what was there and makes copies, as one transaction; without it in the end it only moves', () => {
  const opened = openSquares()
  const before = opened.updates()
  press(opened.board, { x: 20, y: 20 }, { type: 'element', id: 'id1' })
  drag(opened.board, [{ x: 120, y: 320 }], alt)
  finishGesture(opened.board, alt)
  expect(opened.updates()).toBe(before + 1)
  expect(boxes(opened)).toEqual([
    [0, 0, 50, 50],
    [150, 0, 50, 50],
    [100, 300, 50, 50],
    [250, 300, 50, 50],
  ])
  expect(selectedElements(opened.board).map(({ id }) => id)).toEqual(['id3', 'id4'])
  undo(opened.board)
  expect(boxes(opened).length).toBe(2)
  select(opened.board, ['id2'])
  press(opened.board, { x: 160, y: 20 }, { type: 'element', id: 'id2' })
  drag(opened.board, [{ x: 160, y: 300 }], alt)
  drag(opened.board, [{ x: 160, y: 321 }])
  finishGesture(opened.board, noModifiers)
  expect(boxes(opened)).toEqual([
    [0, 0, 50, 50],
    [150, 301, 50, 50],
  ])
})

test('[HD4] a moved thing jumps into line with what stays, and with Ctrl it does not', () => {
  const opened = openSquares()
  select(opened.board, ['id2'])
  press(opened.board, { x: 160, y: 20 }, { type: 'element', id: 'id2' })
  drag(opened.board, [{ x: 14, y: 124 }])
  expect(gestureGuides(opened.board.ui.get().gesture)).toEqual([
    { axis: 'x', at: 0, from: 0, to: 154 },
    { axis: 'x', at: 25, from: 0, to: 154 },
    { axis: 'x', at: 50, from: 0, to: 154 },
  ])
  drag(opened.board, [{ x: 14, y: 124 }], free)
  expect(gestureGuides(opened.board.ui.get().gesture)).toEqual([])
  drag(opened.board, [{ x: 14, y: 124 }])
  finishGesture(opened.board, noModifiers)
  expect(boxes(opened)[1]).toEqual([0, 104, 50, 50])
})

test('[HD4] a pulled edge jumps into line; in proportion the nearer edge does, and the other follows', () => {
  const opened = openSquares()
  select(opened.board, ['id1'])
  press(opened.board, { x: 50, y: 50 }, { type: 'handle', handle: { x: 1, y: 1 } })
  drag(opened.board, [{ x: 147, y: 90 }])
  expect(opened.board.ui.get().gesture).toMatchObject({ toFrame: { x: 0, y: 0, width: 150, height: 90 } })
  drag(opened.board, [{ x: 147, y: 90 }], shift)
  expect(opened.board.ui.get().gesture).toMatchObject({ toFrame: { x: 0, y: 0, width: 150, height: 150 } })
  finishGesture(opened.board, shift)
  expect(boxes(opened)[0]).toEqual([0, 0, 150, 150])
})

test('[CV9] a press on a handle without a move writes nothing', () => {
  const opened = openSquares()
  const before = opened.updates()
  press(opened.board, { x: 200, y: 50 }, { type: 'handle', handle: { x: 1, y: 1 } })
  finishGesture(opened.board, noModifiers)
  press(opened.board, { x: 100, y: -30 }, { type: 'turn' })
  publishGesture(opened.board)
  finishGesture(opened.board, noModifiers)
  expect(opened.updates()).toBe(before)
})

test('[CV9] a note is drawn as one transaction, and what is written on it is the next', () => {
  const opened = openBoard()
  draw(opened.board, 'note', [
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  ])
  expect(opened.updates()).toBe(1)
  expect(boxes(opened)).toEqual([[-90, -90, 180, 180]])
  expect(opened.board.ui.get()).toMatchObject({ tool: 'select', editing: { element: { id: 'id1' } } })
})

test('[CV9] at the end of the world everything still works: what would lie beyond it is put at its edge', () => {
  const opened = openBoard()
  const far = 3_000_000
  draw(opened.board, 'rectangle', [
    { x: far, y: far },
    { x: far + 50, y: far + 50 },
  ])
  draw(opened.board, 'freehand', [
    { x: -far, y: 0 },
    { x: far, y: 10 },
  ])
  chooseTool(opened.board, 'select')
  select(opened.board, ['id1', 'id2'])
  press(opened.board, { x: 0, y: 0 }, { type: 'handle', handle: { x: 1, y: 1 } })
  drag(opened.board, [{ x: far, y: far }])
  finishGesture(opened.board, noModifiers)
  press(opened.board, { x: 0, y: 0 }, { type: 'turn' })
  drag(opened.board, [{ x: far, y: far }])
  finishGesture(opened.board, noModifiers)
  expect(opened.board.scene.scene.elements.length).toBe(2)
  expect(opened.board.ui.get().gesture.type).toBe('none')
})

test('[HD2] several things are taken hold of between them as well; a press there without a move selects nothing', () => {
  const opened = openSquares()
  press(opened.board, { x: 100, y: 25 })
  drag(opened.board, [{ x: 100, y: 325 }])
  finishGesture(opened.board, noModifiers)
  expect(boxes(opened)).toEqual([
    [0, 300, 50, 50],
    [150, 300, 50, 50],
  ])
  press(opened.board, { x: 100, y: 325 }, { type: 'nothing' }, shift)
  expect(opened.board.ui.get().gesture.type).toBe('marquee')
  finishGesture(opened.board, shift)
  press(opened.board, { x: 100, y: 325 })
  finishGesture(opened.board, noModifiers)
  expect(opened.board.ui.get().selection.size).toBe(0)
})
