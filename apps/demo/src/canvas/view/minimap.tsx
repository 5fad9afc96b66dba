import type { KeyboardEvent, PointerEvent, RefObject } from 'react'
import { useLayoutEffect, useMemo, useRef } from 'react'
import type { Theme } from '../../theme/palette.ts'
import { useTheme } from '../../theme/use-theme.ts'
import type { Board } from '../board/board.ts'
import { boundsOf, unionOf } from '../geometry/box.ts'
import { centreOn, panBy, toScene, type Camera, type Size } from '../geometry/camera.ts'
import { frameOnMap, mapOf } from '../geometry/map.ts'
import type { Point } from '../geometry/point.ts'
import { viewBox } from '../paint/paint-elements.ts'
import { paintMap } from '../paint/paint-map.ts'
import { useBoard } from './board-context.ts'
import { createIdleRunner } from './when-idle.ts'

const noMap: Camera = { x: 0, y: 0, zoom: 1 }
/** Share of the screen that an arrow key on the map moves by. */
const arrowShare = 0.25
const arrows: Readonly<Record<string, Point>> = {
  ArrowLeft: { x: 1, y: 0 },
  ArrowRight: { x: -1, y: 0 },
  ArrowUp: { x: 0, y: 1 },
  ArrowDown: { x: 0, y: -1 },
}

interface Places {
  readonly canvas: RefObject<HTMLCanvasElement | null>
  readonly frame: RefObject<HTMLDivElement | null>
}

function fitToBox(canvas: HTMLCanvasElement): Size {
  const size = { width: canvas.clientWidth, height: canvas.clientHeight }
  const [width, height] = [size.width * devicePixelRatio, size.height * devicePixelRatio].map(Math.round)
  if (width !== undefined && canvas.width !== width) canvas.width = width
  if (height !== undefined && canvas.height !== height) canvas.height = height
  return size
}

/** A map that paints itself when the browser is idle, and moves its frame with the camera, without rendering a component. */
function followBoard(
  board: Board,
  { canvas, frame }: Places,
  theme: Theme,
): { readonly map: () => Camera; readonly stop: () => void } {
  let map = noMap
  const placeFrame = (): void => {
    if (!canvas.current || !frame.current) return
    const size = { width: canvas.current.clientWidth, height: canvas.current.clientHeight }
    const { x, y, width, height } = frameOnMap(map, viewBox(board.ui.get()), size)
    frame.current.style.transform = `translate(${x}px, ${y}px)`
    frame.current.style.width = `${width}px`
    frame.current.style.height = `${height}px`
  }
  const paint = (): void => {
    const context = canvas.current?.getContext('2d')
    if (!canvas.current || !context) return
    const { elements } = board.scene.scene
    const size = fitToBox(canvas.current)
    map = mapOf(unionOf(elements.map(boundsOf)) ?? viewBox(board.ui.get()), size)
    paintMap(context, elements, { map, size, pixelRatio: devicePixelRatio, theme })
    canvas.current.dataset['painted'] = String(elements.length)
    placeFrame()
  }
  const idle = createIdleRunner(paint)
  paint()
  const stopScene = board.scene.subscribe(idle.ask)
  const stopUi = board.ui.subscribe(placeFrame)
  return {
    map: () => map,
    stop: () => {
      stopScene()
      stopUi()
      idle.stop()
    },
  }
}

function createDrag(board: Board, mapNow: () => Camera) {
  let last: Point | undefined
  const pointOf = ({ clientX, clientY, currentTarget }: PointerEvent<HTMLDivElement>): Point => {
    const { left, top } = currentTarget.getBoundingClientRect()
    return { x: clientX - left, y: clientY - top }
  }
  return {
    onPointerDown(event: PointerEvent<HTMLDivElement>) {
      event.currentTarget.setPointerCapture(event.pointerId)
      last = pointOf(event)
      // On the frame one takes hold of it; beside it one goes there.
      if (event.target instanceof HTMLElement && event.target.classList.contains('map-frame')) return
      const { camera, size } = board.ui.get()
      board.ui.set({ camera: centreOn(camera, toScene(mapNow(), last), size) })
    },
    onPointerMove(event: PointerEvent<HTMLDivElement>) {
      if (!last) return
      const point = pointOf(event)
      const { camera } = board.ui.get()
      const scale = camera.zoom / mapNow().zoom
      board.ui.set({ camera: panBy(camera, (last.x - point.x) * scale, (last.y - point.y) * scale) })
      last = point
    },
    onPointerUp: () => (last = undefined),
    onPointerCancel: () => (last = undefined),
    onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
      const arrow = arrows[event.key]
      if (!arrow) return
      const { camera, size } = board.ui.get()
      board.ui.set({ camera: panBy(camera, arrow.x * size.width * arrowShare, arrow.y * size.height * arrowShare) })
      event.preventDefault()
      // The canvas would move what is selected.
      event.stopPropagation()
    },
  }
}

/** All of the board at a glance, with a frame around what is on the screen; dragging the frame goes there. */
export function Minimap() {
  const board = useBoard()
  const theme = useTheme()
  const canvas = useRef<HTMLCanvasElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  const map = useRef<() => Camera>(() => noMap)
  useLayoutEffect(() => {
    const following = followBoard(board, { canvas, frame }, theme)
    map.current = following.map
    return following.stop
  }, [board, theme])
  const drag = useMemo(() => createDrag(board, () => map.current()), [board])
  return (
    <div
      className="minimap panel"
      data-testid="minimap"
      role="group"
      aria-label="Map of the board. Drag, or use the arrow keys, to look elsewhere."
      tabIndex={0}
      {...drag}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <div ref={frame} className="map-frame" data-testid="map-frame" />
    </div>
  )
}
