import { expect, test } from 'vitest'
import { noModifiers } from '../gesture/modifiers.ts'
import { toPreview } from '../presence/presence.ts'
import type { Peer } from '../presence/peer-store.ts'
import { chooseTool, select } from './commands.ts'
import { createPreviews } from './show-previews.ts'
import { drag, draw, openBoard, press } from './testing/open-board.ts'

const grace: Peer = {
  id: 7,
  person: { name: 'Grace', colour: '#123456' },
  cursor: null,
  selection: [],
  preview: null,
  following: null,
  view: null,
}

function openThree() {
  const opened = openBoard()
  for (const x of [0, 100, 200])
    draw(opened.board, 'rectangle', [
      { x, y: 0 },
      { x: x + 50, y: 50 },
    ])
  const show = createPreviews()
  const look = (...peers: Peer[]) => show(opened.board.scene.scene, peers, opened.board.ui.get().gesture)
  return { ...opened, look }
}

const ids = (elements: readonly { readonly id: string }[]) => elements.map(({ id }) => id)

test('[HD19] from one movement to the next what rests and what is carried are the same lists', () => {
  const { board, look } = openThree()
  select(board, ['id1', 'id2'])
  press(board, { x: 20, y: 20 }, { type: 'element', id: 'id1' })
  drag(board, [{ x: 40, y: 300 }])
  const first = look()
  expect([ids(first.resting), ids(first.carried), first.changing]).toEqual([['id3'], ['id1', 'id2'], []])
  expect(first.carried).toEqual(board.scene.scene.elements.slice(0, 2))
  expect(first.moving.map(({ y }) => y)).toEqual([280, 280])
  drag(board, [{ x: 60, y: 320 }])
  const second = look({ ...grace, preview: toPreview(new Map([['id3', { x: 500 }]]), undefined) })
  expect([ids(second.resting), second.changing.map(({ id, x }) => [id, x])]).toEqual([[], [['id3', 500]]])
  expect(second.carried).toBe(first.carried)
  drag(board, [{ x: 80, y: 340 }])
  const third = look()
  expect([third.carried === first.carried, ids(third.resting)]).toEqual([true, ['id3']])
})

test('[HD19] what others change about a thing that is carried is seen', () => {
  const { board, look } = openThree()
  select(board, ['id1'])
  press(board, { x: 20, y: 20 }, { type: 'element', id: 'id1' })
  drag(board, [{ x: 40, y: 300 }])
  expect(look().carried).toMatchObject([{ stroke: 'blue' }])
  board.scene.update(new Map([['id1', { stroke: 'red' }]]))
  expect(look().carried).toMatchObject([{ id: 'id1', stroke: 'red', x: 0 }])
  board.scene.content.remove('id1')
  expect(look()).toMatchObject({ carried: [], moving: [] })
})

test('[HD19] copies are carried while what they are of rests', () => {
  const { board, look } = openThree()
  chooseTool(board, 'select')
  press(board, { x: 20, y: 20 }, { type: 'element', id: 'id1' })
  drag(board, [{ x: 40, y: 300 }], { ...noModifiers, alt: true })
  const { resting, carried, changing } = look()
  expect([ids(resting), ids(carried), changing]).toEqual([['id1', 'id2', 'id3'], ['id4'], []])
})
