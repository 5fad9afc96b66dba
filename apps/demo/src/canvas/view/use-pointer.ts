import type { PointerEvent as ReactPointerEvent, RefObject } from 'react'
import { useMemo } from 'react'
import type { Board } from '../board/board.ts'
import { cancelGesture, publishGesture, select } from '../board/commands.ts'
import { finishGesture, marqueeSelection } from '../board/finish-gesture.ts'
import { startWriting } from '../board/writing.ts'
import { panBy, toScene, zoomAt } from '../geometry/camera.ts'
import type { Point } from '../geometry/point.ts'
import { distance, middle } from '../geometry/point.ts'
import { continueGesture, noGesture } from '../gesture/gesture.ts'
import type { Modifiers } from '../gesture/modifiers.ts'
import type { PointerKind, PressedPointers } from '../gesture/pressed-pointers.ts'
import { movePointer, pressPointer, releasePointer } from '../gesture/pressed-pointers.ts'
import { beginGesture } from './begin-gesture.ts'
import { createLongPress, type LongPress } from './long-press.ts'
import { targetAt } from './target.ts'

type Press = ReactPointerEvent<HTMLDivElement>

/** What the handlers share from one event to the next. */
interface Pointing {
  readonly board: Board
  readonly container: RefObject<HTMLDivElement | null>
  readonly longPress: LongPress
  pressed: PressedPointers
  /** What was selected before the press that goes on. */
  selectedBefore: ReadonlySet<string>
}

function isOwn(event: Press): boolean {
  return !(event.target instanceof HTMLTextAreaElement)
}

function kindOf({ pointerType }: Press): PointerKind {
  return pointerType === 'touch' || pointerType === 'pen' ? pointerType : 'mouse'
}

function modifiersOf({ shiftKey, altKey, ctrlKey, metaKey }: Press): Modifiers {
  return { shift: shiftKey, alt: altKey, free: ctrlKey || metaKey }
}

function screenPoint({ container }: Pointing, event: { readonly clientX: number; readonly clientY: number }): Point {
  const frame = container.current?.getBoundingClientRect()
  return { x: event.clientX - (frame?.left ?? 0), y: event.clientY - (frame?.top ?? 0) }
}

/** Two fingers: what was between them stays between them. */
function pinch(board: Board, before: PressedPointers, after: PressedPointers): void {
  const [from, to] = [[...before.values()], [...after.values()]]
  const [fromA, fromB, toA, toB] = [from[0]?.point, from[1]?.point, to[0]?.point, to[1]?.point]
  if (!fromA || !fromB || !toA || !toB) return
  const [fromMiddle, toMiddle] = [middle(fromA, fromB), middle(toA, toB)]
  const factor = distance(toA, toB) / Math.max(1, distance(fromA, fromB))
  board.ui.set({
    camera: zoomAt(panBy(board.ui.get().camera, toMiddle.x - fromMiddle.x, toMiddle.y - fromMiddle.y), toMiddle, factor),
  })
}

function drag(board: Board, points: readonly Point[], modifiers: Modifiers): void {
  const { camera, gesture } = board.ui.get()
  // Only a stroke is made of all the points between two frames; everything else is where the pointer is.
  const shown = gesture.type === 'freehand' ? points : points.slice(-1)
  const next = shown.reduce((running, point) => continueGesture(running, toScene(camera, point), modifiers), gesture)
  if (next === gesture) return
  board.ui.set({ gesture: next })
  if (next.type === 'marquee') select(board, marqueeSelection(board, next))
  else publishGesture(board)
}

/** Another finger or a pen came: what the press began is off, what it selected included, unless the finger had rested for it. */
function takeBackPress({ board, longPress, selectedBefore }: Pointing): void {
  cancelGesture(board)
  if (!longPress.stop()) select(board, selectedBefore)
}

function press(pointing: Pointing, event: Press): void {
  if (!isOwn(event)) return
  const { board } = pointing
  const point = screenPoint(pointing, event)
  const pressing = pressPointer(pointing.pressed, { id: event.pointerId, kind: kindOf(event), point })
  if (pressing.type === 'ignore') return
  pointing.pressed = pressing.pressed
  event.currentTarget.setPointerCapture(event.pointerId)
  if (pressing.type === 'pinch') return takeBackPress(pointing)
  if (pressing.isTakingOver) takeBackPress(pointing)
  pointing.selectedBefore = board.ui.get().selection
  const target = targetAt(board, event.target, point)
  if (event.pointerType === 'touch' && target.type === 'element') pointing.longPress.start(target.id, point)
  board.ui.set({ gesture: beginGesture(board, { target, point, button: event.button, modifiers: modifiersOf(event) }) })
}

function move(pointing: Pointing, event: Press): void {
  const { board, pressed } = pointing
  const point = screenPoint(pointing, event)
  const { camera, gesture } = board.ui.get()
  board.presence.publish({ cursor: toScene(camera, point) })
  const last = pressed.get(event.pointerId)
  if (!last) return
  pointing.longPress.follow(point)
  pointing.pressed = movePointer(pressed, event.pointerId, point)
  if (pressed.size === 2) pinch(board, pressed, pointing.pressed)
  else if (gesture.type === 'pan') board.ui.set({ camera: panBy(camera, point.x - last.point.x, point.y - last.point.y) })
  else {
    const between = event.nativeEvent.getCoalescedEvents().map((coalesced) => screenPoint(pointing, coalesced))
    drag(board, between.length > 0 ? between : [point], modifiersOf(event))
  }
}

function release(pointing: Pointing, event: Press): void {
  const { board, pressed } = pointing
  if (!pressed.has(event.pointerId)) return
  pointing.pressed = releasePointer(pressed, event.pointerId)
  const isLong = pointing.longPress.stop()
  if (pressed.size > 1) return
  const { tool, camera, gesture } = board.ui.get()
  const isText = tool === 'text' && gesture.type === 'none' && event.button === 0 && !isLong
  finishGesture(board, modifiersOf(event))
  if (isText) startWriting(board, toScene(camera, screenPoint(pointing, event)))
  // A lifted finger points at nothing any more.
  if (event.pointerType === 'touch') board.presence.publish({ cursor: null })
}

function cancel(pointing: Pointing, event: Press): void {
  const { board, pressed } = pointing
  if (!pressed.has(event.pointerId)) return
  pointing.pressed = releasePointer(pressed, event.pointerId)
  pointing.longPress.stop()
  if (board.ui.get().gesture !== noGesture) cancelGesture(board)
}

/** The canvas's pointer handlers: mouse, touch and pen alike. */
export function usePointer(board: Board, container: RefObject<HTMLDivElement | null>) {
  return useMemo(() => {
    const pointing: Pointing = {
      board,
      container,
      longPress: createLongPress(board),
      pressed: new Map(),
      selectedBefore: new Set(),
    }
    return {
      onPointerDown: (event: Press) => press(pointing, event),
      onPointerMove: (event: Press) => move(pointing, event),
      onPointerUp: (event: Press) => release(pointing, event),
      onPointerCancel: (event: Press) => cancel(pointing, event),
      onPointerLeave: (event: Press) => {
        if (!pointing.pressed.has(event.pointerId)) board.presence.publish({ cursor: null })
      },
    }
  }, [board, container])
}
