import type Konva from 'konva'
import 'konva/lib/shapes/Circle.js'
import 'konva/lib/shapes/Transformer.js'
import { useLayoutEffect, useRef } from 'react'
import { Circle, Transformer } from 'react-konva/lib/ReactKonvaCore.js'
import { publishGesture } from '../board/commands.ts'
import { finishGesture } from '../board/finish-gesture.ts'
import { gesturePatches, lineEnds } from '../gesture/gesture.ts'
import type { Element, ElementPatch, LineElement } from '../model/element.ts'
import { patchElement } from '../model/element.ts'
import type { Board } from '../board/board.ts'
import { useBoard, useUi } from './board-context.ts'
import { useShownElements } from './elements-layer.tsx'

const accent = { light: '#5b5bd6', dark: '#8f8ff5' }
const isCoarse = window.matchMedia('(pointer: coarse)').matches

const round = (length: number) => Math.round(length * 100) / 100

/** Turns the scale that Konva put on a node into the element's own size, so that outlines keep their width. */
function patchFromNode(node: Konva.Node, shown: Element): ElementPatch | undefined {
  const [scaleX, scaleY] = [Math.abs(node.scaleX()), Math.abs(node.scaleY())]
  const place = {
    x: node.x(),
    y: node.y(),
    rotation: node.rotation(),
    width: shown.width * scaleX,
    height: shown.height * scaleY,
  }
  node.scale({ x: 1, y: 1 })
  node.skew({ x: 0, y: 0 })
  if (!Object.values(place).every(Number.isFinite)) return undefined
  const rounded = {
    x: round(place.x),
    y: round(place.y),
    rotation: round(place.rotation),
    width: round(place.width),
    height: round(place.height),
  }
  return shown.kind === 'text' ? { ...rounded, fontSize: round(shown.fontSize * scaleY) } : rounded
}

function followTransform(board: Board, nodes: readonly Konva.Node[]): void {
  const before = gesturePatches(board.ui.get().gesture)
  const patches = new Map<string, ElementPatch>()
  for (const node of nodes) {
    const element = board.scene.scene.byId.get(node.id())
    const patch = element && patchFromNode(node, patchElement(element, before.get(node.id()) ?? {}))
    if (patch) patches.set(node.id(), patch)
  }
  board.ui.set({ gesture: { type: 'transform', patches } })
  publishGesture(board)
}

function EndPoints({ line, theme }: { line: LineElement; theme: 'light' | 'dark' }) {
  const zoom = useUi((ui) => ui.camera.zoom)
  return lineEnds(line).map((end, index) => (
    <Circle
      key={index}
      name={`endpoint-${index}`}
      x={end.x}
      y={end.y}
      radius={(isCoarse ? 8 : 6) / zoom}
      fill={theme === 'light' ? '#fff' : '#1f2127'}
      stroke={accent[theme]}
      strokeWidth={1.75 / zoom}
      hitStrokeWidth={18 / zoom}
    />
  ))
}

/** The handles around what is selected: ends for a single line, Konva's frame for everything else. */
export function SelectionFrame({ theme }: { theme: 'light' | 'dark' }) {
  const board = useBoard()
  const frame = useRef<Konva.Transformer>(null)
  const selection = useUi((ui) => ui.selection)
  const isReadOnly = useUi((ui) => ui.isReadOnly)
  const isEditing = useUi((ui) => ui.editing !== undefined)
  const selected = useShownElements().filter(({ id }) => selection.has(id))
  const [only] = selected
  const line = selected.length === 1 && only?.kind === 'line' ? only : undefined
  const framed = isEditing || line ? [] : selected
  const key = framed.map(({ id }) => id).join()

  useLayoutEffect(() => {
    const stage = frame.current?.getStage()
    const nodes = key === '' ? [] : key.split(',').flatMap((id) => stage?.findOne(`#${id}`) ?? [])
    frame.current?.nodes(nodes)
  }, [key])
  // Konva watches the nodes it frames, not the shapes inside them.
  useLayoutEffect(() => frame.current?.forceUpdate())

  // Turned shapes in one frame cannot be stretched without shearing, and letters are not stretched at all.
  const isEven = framed.some(({ kind, rotation }) => kind === 'text' || (framed.length > 1 && rotation !== 0))
  const corners = ['top-left', 'top-right', 'bottom-left', 'bottom-right']
  const sides = ['top-center', 'bottom-center', 'middle-left', 'middle-right']
  return (
    <>
      <Transformer
        ref={frame}
        ignoreStroke
        flipEnabled={false}
        keepRatio={isEven}
        enabledAnchors={isEven || isCoarse ? corners : [...corners, ...sides]}
        resizeEnabled={!isReadOnly}
        rotateEnabled={!isReadOnly}
        rotateAnchorOffset={26}
        rotationSnaps={[0, 45, 90, 135, 180, 225, 270, 315]}
        padding={5}
        anchorSize={isCoarse ? 14 : 9}
        anchorCornerRadius={isCoarse ? 7 : 3}
        anchorFill={theme === 'light' ? '#fff' : '#1f2127'}
        anchorStroke={accent[theme]}
        anchorStrokeWidth={1.5}
        borderStroke={accent[theme]}
        borderStrokeWidth={1.5}
        boundBoxFunc={(before, after) => (Math.abs(after.width) < 6 || Math.abs(after.height) < 6 ? before : after)}
        onTransform={() => followTransform(board, frame.current?.nodes() ?? [])}
        onTransformEnd={() => finishGesture(board, { shift: false })}
      />
      {line && !isReadOnly ? <EndPoints line={line} theme={theme} /> : undefined}
    </>
  )
}
