import type { RefObject } from 'react'
import { useEffect } from 'react'
import type { Board } from '../board/board.ts'
import { fitAll } from '../board/look.ts'
import { commandFor } from '../board/shortcuts.ts'
import { panBy, zoomAt } from '../geometry/camera.ts'
import { isInDialog, isTyping } from './belongs-to-page.ts'

/** Wheel px that double the zoom. */
const zoomWheelPx = 250

/** Wheel pans; with Ctrl or ⌘ (and a pinch on a trackpad, which browsers report as that) it zooms. */
export function useWheel(board: Board, container: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const element = container.current
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const { camera } = board.ui.get()
      const frame = element?.getBoundingClientRect()
      const point = { x: event.clientX - (frame?.left ?? 0), y: event.clientY - (frame?.top ?? 0) }
      const zoomed = event.ctrlKey || event.metaKey
      board.ui.set({
        camera: zoomed
          ? zoomAt(camera, point, 2 ** (-event.deltaY / zoomWheelPx))
          : panBy(camera, event.shiftKey ? -event.deltaY : -event.deltaX, event.shiftKey ? 0 : -event.deltaY),
      })
    }
    // React's own wheel listener is passive and could not keep the page from zooming.
    element?.addEventListener('wheel', onWheel, { passive: false })
    return () => element?.removeEventListener('wheel', onWheel)
  }, [board, container])
}

/** Keeps the canvas as large as its container, and shows what there is when the first of it arrives. */
export function useCanvasSize(board: Board, container: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    let isFitted = false
    const fitOnce = () => {
      const { size } = board.ui.get()
      if (isFitted || size.width === 0) return
      fitAll(board)
      isFitted = board.scene.scene.elements.length > 0
    }
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return
      board.ui.set({ size: { width: entry.contentRect.width, height: entry.contentRect.height } })
      fitOnce()
    })
    if (container.current) observer.observe(container.current)
    const stop = board.scene.subscribe(fitOnce)
    // Once the person has begun, the canvas must not jump under the pen.
    const begun = new AbortController()
    for (const event of ['pointerdown', 'keydown', 'wheel'])
      window.addEventListener(event, () => (isFitted = true), { signal: begun.signal, capture: true })
    return () => {
      observer.disconnect()
      begun.abort()
      stop()
    }
  }, [board, container])
}

/** Enter, space and arrows belong to a focused button or menu. */
function isControl(target: EventTarget | null, key: string): boolean {
  return (
    target instanceof HTMLElement && target.closest('button, a, [role=dialog]') !== null && /^(Enter| |Arrow.*|Escape)$/.test(key)
  )
}

/** Shortcuts of the whole page, and the space bar that turns every tool into a hand. */
export function useKeyboard(board: Board): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (isTyping(event.target) || isInDialog(event.target) || isControl(event.target, event.key)) return
      if (event.key === ' ') board.ui.set({ isPanning: true })
      const command = event.key === ' ' ? undefined : commandFor(event)
      if (command || event.key === ' ') event.preventDefault()
      command?.(board)
    }
    const onKeyUp = (event: KeyboardEvent) => {
      if (event.key === ' ') board.ui.set({ isPanning: false })
    }
    const onBlur = () => board.ui.set({ isPanning: false })
    window.addEventListener('keydown', onKeyDown)
    window.addEventListener('keyup', onKeyUp)
    window.addEventListener('blur', onBlur)
    return () => {
      window.removeEventListener('keydown', onKeyDown)
      window.removeEventListener('keyup', onKeyUp)
      window.removeEventListener('blur', onBlur)
    }
  }, [board])
}
