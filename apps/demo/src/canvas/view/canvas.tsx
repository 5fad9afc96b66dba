import type Konva from 'konva'
import type { CSSProperties, MouseEvent } from 'react'
import { useMemo, useRef } from 'react'
import { Stage } from 'react-konva/lib/ReactKonvaCore.js'
import type { Camera } from '../geometry/camera.ts'
import { toScene } from '../geometry/camera.ts'
import { useBoard, useUi } from './board-context.ts'
import { CursorLayer } from './cursor-layer.tsx'
import { ElementsLayer, MovingLayer } from './elements-layer.tsx'
import { OverlayLayer } from './overlay-layer.tsx'
import { ShownElements } from './shown-elements.tsx'
import { startRewriting, startWriting } from './start-writing.ts'
import { targetAt } from './target.ts'
import { TextEditor } from './text-editor.tsx'
import { useCanvasSize, useKeyboard, useWheel } from './use-canvas-input.ts'
import { usePointer } from './use-pointer.ts'

/** Distance of the dots in scene units; doubled or halved with the zoom, so that they stay a calm pattern. */
const dotGap = 24

function dotGrid(camera: Camera): CSSProperties & Record<'--gap', string> {
  const gap = dotGap * camera.zoom * 2 ** -Math.round(Math.log2(camera.zoom))
  return { '--gap': `${gap}px`, backgroundPosition: `${camera.x - gap / 2}px ${camera.y - gap / 2}px` }
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
  const camera = useUi((ui) => ui.camera)
  const size = useUi((ui) => ui.size)
  const tool = useUi((ui) => (ui.isPanning ? 'hand' : ui.tool))
  const gesture = useUi((ui) => ui.gesture.type)

  const onDoubleClick = (event: MouseEvent<HTMLDivElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect()
    const point = { x: event.clientX - left, y: event.clientY - top }
    const target = targetAt(stage.current, point)
    if (board.ui.get().tool !== 'select' || event.target instanceof HTMLTextAreaElement) return
    if (target.type === 'element') startRewriting(board, target.id)
    else if (target.type === 'nothing') startWriting(board, toScene(camera, point))
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
      style={dotGrid(camera)}
      onDoubleClick={onDoubleClick}
      {...pointer}
    >
      <Stage
        ref={stage}
        width={size.width}
        height={size.height}
        x={camera.x}
        y={camera.y}
        scaleX={camera.zoom}
        scaleY={camera.zoom}
      >
        <ShownElements>
          <ElementsLayer />
          <MovingLayer />
          <OverlayLayer />
        </ShownElements>
      </Stage>
      <CursorLayer />
      <TextEditor />
    </div>
  )
}
