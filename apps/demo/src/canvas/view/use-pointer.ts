import type Konva from 'konva'
import type { PointerEvent as ReactPointerEvent, RefObject } from 'react'
import { useMemo } from 'react'
import type { Board } from '../board/board.ts'
import { cancelGesture, publishGesture, select } from '../board/commands.ts'
import { finishGesture, marqueeSelection } from '../board/finish-gesture.ts'
import { panBy, toScene, zoomAt } from '../geometry/camera.ts'
import type { Point } from '../geometry/point.ts'
import { distance, middle } from '../geometry/point.ts'
import { continueGesture, noGesture } from '../gesture/gesture.ts'
import { beginGesture } from './begin-gesture.ts'
import { startWriting } from './start-writing.ts'
import { targetAt } from './target.ts'

interface Places {
  readonly container: RefObject<HTMLDivElement | null>
  readonly stage: RefObject<Konva.Stage | null>
}

type Press = ReactPointerEvent<HTMLDivElement>

/** Fingers and pointers that are down, in the order in which they came, by pointer id. */
type Pressed = Map<number, Point>

function isOwn(event: Press): boolean {
  return !(event.target instanceof HTMLTextAreaElement)
}

function screenPoint({ container }: Places, event: { readonly clientX: number; readonly clientY: number }): Point {
  const frame = container.current?.getBoundingClientRect()
  return { x: event.clientX - (frame?.left ?? 0), y: event.clientY - (frame?.top ?? 0) }
}

/** Two fingers: what was between them stays between them. */
function pinch(board: Board, before: Pressed, after: Pressed): void {
  const [from, to] = [[...before.values()], [...after.values()]]
  const [fromA, fromB, toA, toB] = [from[0], from[1], to[0], to[1]]
  if (!fromA || !fromB || !toA || !toB) return
  const [fromMiddle, toMiddle] = [middle(fromA, fromB), middle(toA, toB)]
  const factor = distance(toA, toB) / Math.max(1, distance(fromA, fromB))
  board.ui.set({
    camera: zoomAt(panBy(board.ui.get().camera, toMiddle.x - fromMiddle.x, toMiddle.y - fromMiddle.y), toMiddle, factor),
  })
}

function drag(board: Board, points: readonly Point[], isShift: boolean): void {
  const { camera, gesture } = board.ui.get()
  const next = points.reduce((running, point) => continueGesture(running, toScene(camera, point), { shift: isShift }), gesture)
  if (next === gesture) return
  board.ui.set({ gesture: next })
  if (next.type === 'marquee') select(board, marqueeSelection(board, next))
  else publishGesture(board)
}

function press(board: Board, places: Places, pressed: Pressed, event: Press): void {
  if (!isOwn(event) || pressed.size >= 2) return
  const point = screenPoint(places, event)
  const target = targetAt(board, places.stage.current, point)
  if (target.type === 'handle') return
  pressed.set(event.pointerId, point)
  event.currentTarget.setPointerCapture(event.pointerId)
  if (pressed.size === 2) cancelGesture(board)
  else board.ui.set({ gesture: beginGesture(board, { target, point, button: event.button, isShift: event.shiftKey }) })
}

function move(board: Board, places: Places, pressed: Pressed, event: Press): void {
  const point = screenPoint(places, event)
  const { camera, gesture } = board.ui.get()
  board.presence.publish({ cursor: toScene(camera, point) })
  const last = pressed.get(event.pointerId)
  if (!last) return
  const before = new Map(pressed)
  pressed.set(event.pointerId, point)
  if (pressed.size === 2) pinch(board, before, pressed)
  else if (gesture.type === 'pan') board.ui.set({ camera: panBy(camera, point.x - last.x, point.y - last.y) })
  else {
    const between = event.nativeEvent.getCoalescedEvents().map((coalesced) => screenPoint(places, coalesced))
    drag(board, between.length > 0 ? between : [point], event.shiftKey)
  }
}

function release(board: Board, places: Places, pressed: Pressed, event: Press): void {
  if (!pressed.delete(event.pointerId)) return
  // The second finger of a pinch must not go on as a drag.
  if (pressed.size > 0) return pressed.clear()
  const { tool, camera, gesture } = board.ui.get()
  const isText = tool === 'text' && gesture.type === 'none' && event.button === 0
  finishGesture(board, { shift: event.shiftKey })
  if (isText) startWriting(board, toScene(camera, screenPoint(places, event)))
  // A lifted finger points at nothing any more.
  if (event.pointerType === 'touch') board.presence.publish({ cursor: null })
}

/** The canvas's pointer handlers: mouse, touch and pen alike. */
export function usePointer(board: Board, places: Places) {
  return useMemo(() => {
    const pressed: Pressed = new Map()
    return {
      onPointerDown: (event: Press) => press(board, places, pressed, event),
      onPointerMove: (event: Press) => move(board, places, pressed, event),
      onPointerUp: (event: Press) => release(board, places, pressed, event),
      onPointerCancel: (event: Press) => {
        pressed.delete(event.pointerId)
        if (board.ui.get().gesture !== noGesture) cancelGesture(board)
      },
      onPointerLeave: (event: Press) => {
        if (!pressed.has(event.pointerId)) board.presence.publish({ cursor: null })
      },
    }
  }, [board, places])
}
