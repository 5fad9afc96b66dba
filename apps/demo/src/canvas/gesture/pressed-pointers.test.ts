import { expect, test } from 'vitest'
import { movePointer, pressPointer, releasePointer, type PointerKind, type PressedPointers } from './pressed-pointers.ts'

const nobody: PressedPointers = new Map()
const at = { x: 1, y: 2 }
const press = (pressed: PressedPointers, id: number, kind: PointerKind) => pressPointer(pressed, { id, kind, point: at })

test('[HD16] one finger begins, a second makes it a pinch, a third does nothing', () => {
  const one = press(nobody, 1, 'touch')
  expect(one).toEqual({ type: 'begin', isTakingOver: false, pressed: new Map([[1, { kind: 'touch', point: at }]]) })
  const two = press(one.pressed, 2, 'touch')
  expect([two.type, [...two.pressed.keys()]]).toEqual(['pinch', [1, 2]])
  expect(press(two.pressed, 3, 'touch')).toEqual({ type: 'ignore', pressed: two.pressed })
})

test('[HD16] the finger that stays after a pinch goes on with nothing', () => {
  const { pressed } = press(press(nobody, 1, 'touch').pressed, 2, 'touch')
  const left = releasePointer(pressed, 2)
  expect(left).toEqual(nobody)
  expect(movePointer(left, 1, { x: 9, y: 9 })).toBe(left)
  expect(press(left, 4, 'touch').type).toBe('begin')
})

test('[HD16] while a pen is down no finger and no mouse counts', () => {
  const { pressed } = press(nobody, 1, 'pen')
  expect(press(pressed, 2, 'touch')).toEqual({ type: 'ignore', pressed })
  expect(press(pressed, 3, 'mouse')).toEqual({ type: 'ignore', pressed })
  expect(releasePointer(pressed, 2)).toBe(pressed)
  expect([...movePointer(pressed, 1, { x: 5, y: 6 }).values()]).toEqual([{ kind: 'pen', point: { x: 5, y: 6 } }])
})

test('[HD16] a pen that comes after the palm takes over, and the palm is forgotten', () => {
  const palm = press(press(nobody, 1, 'touch').pressed, 2, 'touch').pressed
  expect(press(palm, 3, 'pen')).toEqual({
    type: 'begin',
    isTakingOver: true,
    pressed: new Map([[3, { kind: 'pen', point: at }]]),
  })
})
