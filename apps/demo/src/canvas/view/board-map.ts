import type { KeyboardEvent, PointerEvent } from 'react'
import type { Theme } from '../../theme/palette.ts'
import type { Board } from '../board/board.ts'
import { boundsOf, unionOf } from '../geometry/box.ts'
import { centreOn, panBy, toScene, type Camera, type Size } from '../geometry/camera.ts'
import { frameOnMap, mapOf } from '../geometry/map.ts'
import type { Point } from '../geometry/point.ts'
import { viewBox } from '../paint/paint-elements.ts'
import { paintMap } from '../paint/paint-map.ts'
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

export interface MapParts {
  readonly canvas: HTMLCanvasElement
  readonly frame: HTMLElement
}

function fitToBox(canvas: HTMLCanvasElement): Size {
  const size = { width: canvas.clientWidth, height: canvas.clientHeight }
  const [width, height] = [size.width * devicePixelRatio, size.height * devicePixelRatio].map(Math.round)
  if (width !== undefined && canvas.width !== width) canvas.width = width
  if (height !== undefined && canvas.height !== height) canvas.height = height
  return size
}

/** Keeps the map's frame where the camera is, without rendering a component, and paints the map when the browser is idle. */
function followBoard(board: Board, { canvas, frame }: MapParts, theme: Theme, onMap: (map: Camera) => void): () => void {
  let map = noMap
  const placeFrame = (): void => {
    const size = { width: canvas.clientWidth, height: canvas.clientHeight }
    const { x, y, width, height } = frameOnMap(map, viewBox(board.ui.get()), size)
    frame.style.transform = `translate(${x}px, ${y}px)`
    frame.style.width = `${width}px`
    frame.style.height = `${height}px`
  }
  const paint = (): void => {
    const context = canvas.getContext('2d')
    if (!context) return
    const { elements } = board.scene.scene
    const size = fitToBox(canvas)
    map = mapOf(unionOf(elements.map(boundsOf)) ?? viewBox(board.ui.get()), size)
    onMap(map)
    paintMap(context, elements, { map, size, pixelRatio: devicePixelRatio, theme })
    canvas.dataset['painted'] = String(elements.length)
    placeFrame()
  }
  const idle = createIdleRunner(paint)
  paint()
  const stops = [board.scene.subscribe(idle.ask), board.ui.subscribe(placeFrame), idle.stop]
  return () => stops.forEach((stop) => stop())
}

function createDrag(board: Board, mapNow: () => Camera) {
  let last: Point | undefined
  const pointOf = ({ clientX, clientY, currentTarget }: PointerEvent<HTMLElement>): Point => {
    const { left, top } = currentTarget.getBoundingClientRect()
    return { x: clientX - left, y: clientY - top }
  }
  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      event.currentTarget.setPointerCapture(event.pointerId)
      last = pointOf(event)
      // On the frame one takes hold of it; beside it one goes there.
      if (event.target instanceof HTMLElement && event.target.classList.contains('map-frame')) return
      const { camera, size } = board.ui.get()
      board.ui.set({ camera: centreOn(camera, toScene(mapNow(), last), size) })
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      if (!last) return
      const point = pointOf(event)
      const { camera } = board.ui.get()
      const scale = camera.zoom / mapNow().zoom
      board.ui.set({ camera: panBy(camera, (last.x - point.x) * scale, (last.y - point.y) * scale) })
      last = point
    },
    onPointerUp: () => (last = undefined),
    onPointerCancel: () => (last = undefined),
    onKeyDown(event: KeyboardEvent<HTMLElement>) {
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

/** What is behind the map of a board: it is shown in `parts` until the returned function is called, and moves the camera. */
export function createBoardMap(board: Board) {
  let map = noMap
  return {
    show: (parts: MapParts, theme: Theme) => followBoard(board, parts, theme, (painted) => (map = painted)),
    drag: createDrag(board, () => map),
  }
}
