import type Konva from 'konva'
import type { MouseEvent, RefObject } from 'react'
import { useMemo, useRef } from 'react'
import { Stage } from 'react-konva/lib/ReactKonvaCore.js'
import { toScene } from '../geometry/camera.ts'
import { useBoard, useUi } from './board-context.ts'
import { CursorLayer } from './cursor-layer.tsx'
import { ElementPictures } from './element-pictures.tsx'
import { OverlayLayer } from './overlay-layer.tsx'
import { ShownElements } from './shown-elements.tsx'
import { startRewriting, startWriting } from './start-writing.ts'
import { targetAt } from './target.ts'
import { TextEditor } from './text-editor.tsx'
import { useCanvasSize, useKeyboard, useWheel } from './use-canvas-input.ts'
import { useDotGrid } from './use-dot-grid.ts'
import { usePointer } from './use-pointer.ts'

/** What Konva is for: frames with handles, which have to be pressed. The elements themselves are painted. */
function Overlay({ stage }: { stage: RefObject<Konva.Stage | null> }) {
  const { x, y, zoom } = useUi((ui) => ui.camera)
  const { width, height } = useUi((ui) => ui.size)
  return (
    <Stage ref={stage} className="overlay" width={width} height={height} x={x} y={y} scaleX={zoom} scaleY={zoom}>
      <OverlayLayer />
    </Stage>
  )
}

/** The whole drawing surface. */
export function Canvas() {
  const board = useBoard()
  const container = useRef<HTMLDivElement>(null)
  const stage = useRef<Konva.Stage>(null)
  const places = useMemo(() => ({ container, stage }), [])
  const pointer = usePointer(board, places)
  useWheel(board, container)
  useCanvasSize(board, container)
  useKeyboard(board)
  useDotGrid(board, container)
  const tool = useUi((ui) => (ui.isPanning ? 'hand' : ui.tool))
  const gesture = useUi((ui) => ui.gesture.type)

  const onDoubleClick = (event: MouseEvent<HTMLDivElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect()
    const point = { x: event.clientX - left, y: event.clientY - top }
    const target = targetAt(board, stage.current, point)
    if (board.ui.get().tool !== 'select' || event.target instanceof HTMLTextAreaElement) return
    if (target.type === 'element') startRewriting(board, target.id)
    else if (target.type === 'nothing') startWriting(board, toScene(board.ui.get().camera, point))
  }
  return (
    <div
      ref={container}
      className="canvas"
      data-testid="canvas"
      data-tool={tool}
      data-gesture={gesture}
      role="application"
      aria-label="Canvas. Choose a tool by its letter; Enter places a shape, arrow keys move what is selected."
      tabIndex={0}
      onDoubleClick={onDoubleClick}
      {...pointer}
    >
      <ShownElements>
        <ElementPictures />
        <Overlay stage={stage} />
      </ShownElements>
      <CursorLayer />
      <TextEditor />
    </div>
  )
}
