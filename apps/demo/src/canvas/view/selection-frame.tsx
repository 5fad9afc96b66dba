import type Konva from 'konva'
import 'konva/lib/shapes/Circle.js'
import 'konva/lib/shapes/Rect.js'
import 'konva/lib/shapes/Transformer.js'
import type { RefObject } from 'react'
import { useLayoutEffect, useRef } from 'react'
import { Circle, Group, Rect, Transformer } from 'react-konva/lib/ReactKonvaCore.js'
import type { Theme } from '../../theme/palette.ts'
import { accent } from '../../theme/palette.ts'
import { publishGesture } from '../board/commands.ts'
import { finishGesture } from '../board/finish-gesture.ts'
import { boundsOf, unionOf } from '../geometry/box.ts'
import { gesturePatches, lineEnds } from '../gesture/gesture.ts'
import type { Element, ElementPatch, LineElement } from '../model/element.ts'
import { patchElement } from '../model/element.ts'
import type { Board } from '../board/board.ts'
import { useBoard, useUi } from './board-context.ts'
import { useShown } from './shown-elements.tsx'

const handleFill = { light: '#ffffff', dark: '#212329' }
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

function EndPoints({ line, theme }: { line: LineElement; theme: Theme }) {
  const zoom = useUi((ui) => ui.camera.zoom)
  return lineEnds(line).map((end, index) => (
    <Circle
      key={index}
      name={`endpoint-${index}`}
      x={end.x}
      y={end.y}
      radius={(isCoarse ? 8 : 6) / zoom}
      fill={handleFill[theme]}
      stroke={accent[theme]}
      strokeWidth={1.75 / zoom}
      hitStrokeWidth={18 / zoom}
    />
  ))
}

/** Framing shapes one by one costs Konva time; more than this many get a plain box. */
const framedMax = 100

/** Points Konva's frame at the stand-ins of what is selected, whichever they are after this rendering. */
function useFrame(frame: RefObject<Konva.Transformer | null>, standIns: RefObject<Konva.Group | null>): void {
  useLayoutEffect(() => {
    const transformer = frame.current
    if (!transformer || !standIns.current) return
    const nodes = standIns.current.getChildren()
    const before = transformer.nodes()
    if (nodes.length !== before.length || nodes.some((node, index) => node !== before[index])) transformer.nodes(nodes)
    // Konva watches the nodes it frames, not the shapes inside them.
    else if (nodes.length > 0) transformer.forceUpdate()
  })
}

/** Turned shapes in one frame cannot be stretched without shearing, and letters are not stretched at all. */
function isEvenOnly(framed: readonly Element[]): boolean {
  return framed.some(({ kind, rotation }) => kind === 'text' || (framed.length > 1 && rotation !== 0))
}

const corners = ['top-left', 'top-right', 'bottom-left', 'bottom-right']
const sides = ['top-center', 'bottom-center', 'middle-left', 'middle-right']
const quarterTurns = [0, 45, 90, 135, 180, 225, 270, 315]

/** Konva's frame with handles to resize and to turn; hidden while what it frames is on the move. */
function Frame({ framed, theme }: { framed: readonly Element[]; theme: Theme }) {
  const board = useBoard()
  const frame = useRef<Konva.Transformer>(null)
  const standIns = useRef<Konva.Group>(null)
  const isReadOnly = useUi((ui) => ui.isReadOnly)
  useFrame(frame, standIns)
  const isEven = isEvenOnly(framed)
  return (
    <>
      {/* Elements are painted, and Konva frames nodes: each has an invisible one of its size. */}
      <Group ref={standIns}>
        {framed.map(({ id, x, y, width, height, rotation }) => (
          <Rect key={id} id={id} x={x} y={y} width={width} height={height} rotation={rotation} listening={false} />
        ))}
      </Group>
      <Transformer
        ref={frame}
        ignoreStroke
        flipEnabled={false}
        keepRatio={isEven}
        enabledAnchors={isEven || isCoarse ? corners : [...corners, ...sides]}
        resizeEnabled={!isReadOnly}
        rotateEnabled={!isReadOnly}
        rotateAnchorOffset={26}
        rotationSnaps={quarterTurns}
        padding={5}
        anchorSize={isCoarse ? 14 : 9}
        anchorCornerRadius={isCoarse ? 7 : 3}
        anchorFill={handleFill[theme]}
        anchorStroke={accent[theme]}
        anchorStrokeWidth={1.5}
        borderStroke={accent[theme]}
        borderStrokeWidth={1.5}
        boundBoxFunc={(before, after) => (Math.abs(after.width) < 6 || Math.abs(after.height) < 6 ? before : after)}
        onTransform={() => followTransform(board, frame.current?.nodes() ?? [])}
        onTransformEnd={() => finishGesture(board, { shift: false })}
      />
    </>
  )
}

function PlainBox({ elements, theme }: { elements: readonly Element[]; theme: Theme }) {
  const zoom = useUi((ui) => ui.camera.zoom)
  const box = unionOf(elements.map(boundsOf))
  return box ? <Rect {...box} stroke={accent[theme]} strokeWidth={1.5 / zoom} listening={false} /> : undefined
}

/** What is around the selection: ends for a single line, a frame for everything else. */
export function SelectionFrame({ theme }: { theme: Theme }) {
  const selection = useUi((ui) => ui.selection)
  const isReadOnly = useUi((ui) => ui.isReadOnly)
  const isEditing = useUi((ui) => ui.editing !== undefined)
  const isTransforming = useUi((ui) => ui.gesture.type === 'transform')
  const { resting, moving } = useShown()
  const selected = [...resting, ...moving].filter(({ id }) => selection.has(id))
  const [only] = selected
  const line = selected.length === 1 && only?.kind === 'line' ? only : undefined
  const isPlain = selected.length > framedMax
  const framed = isEditing || line || isPlain ? [] : isTransforming ? selected : resting.filter(({ id }) => selection.has(id))
  return (
    <>
      <Frame framed={framed} theme={theme} />
      {isPlain ? <PlainBox elements={selected} theme={theme} /> : undefined}
      {line && !isReadOnly ? <EndPoints line={line} theme={theme} /> : undefined}
    </>
  )
}
