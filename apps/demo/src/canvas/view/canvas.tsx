import type { MouseEvent } from 'react'
import { useRef } from 'react'
import { startRewriting, startWriting } from '../board/writing.ts'
import { toScene } from '../geometry/camera.ts'
import { Announcer } from './announcer.tsx'
import { useBoard, useUi } from './board-context.ts'
import { CursorLayer } from './cursor-layer.tsx'
import { ElementPictures } from './element-pictures.tsx'
import { Overlay } from './overlay.tsx'
import { ShownElements } from './shown-elements.tsx'
import { targetAt } from './target.ts'
import { TextEditor } from './text-editor.tsx'
import { useClipboard } from './use-clipboard.ts'
import { useCanvasSize, useKeyboard, useWheel } from './use-canvas-input.ts'
import { useDotGrid } from './use-dot-grid.ts'
import { usePointer } from './use-pointer.ts'

/** The whole drawing surface. */
export function Canvas() {
  const board = useBoard()
  const container = useRef<HTMLDivElement>(null)
  const pointer = usePointer(board, container)
  useWheel(board, container)
  useCanvasSize(board, container)
  useKeyboard(board)
  useClipboard(board, container)
  useDotGrid(board, container)
  const tool = useUi((ui) => (ui.isPanning ? 'hand' : ui.tool))
  const gesture = useUi((ui) => ui.gesture.type)

  const onDoubleClick = (event: MouseEvent<HTMLDivElement>) => {
    if (board.ui.get().tool !== 'select' || event.target instanceof HTMLTextAreaElement) return
    const { left, top } = event.currentTarget.getBoundingClientRect()
    const point = { x: event.clientX - left, y: event.clientY - top }
    const target = targetAt(board, document.elementFromPoint(event.clientX, event.clientY), point)
    if (target.type === 'element' && startRewriting(board, target.id)) return
    // On a shape as well: it gets words of its own.
    if (target.type === 'element' || target.type === 'nothing') startWriting(board, toScene(board.ui.get().camera, point))
  }
  return (
    <div
      ref={container}
      className="canvas"
      data-testid="canvas"
      data-tool={tool}
      data-gesture={gesture}
      role="application"
      aria-label="Canvas. Choose a tool by its letter; Enter places a shape, J goes from one thing to the next, arrow keys move what is selected. ? shows all keys."
      tabIndex={0}
      onDoubleClick={onDoubleClick}
      {...pointer}
    >
      <ShownElements>
        <ElementPictures />
        <Overlay />
      </ShownElements>
      <CursorLayer />
      <TextEditor />
      <Announcer />
    </div>
  )
}
