import type { Box } from './box.ts'
import type { Point } from './point.ts'

/** Where the scene's origin lies on the screen (CSS px), and how many CSS px a scene unit measures. */
export interface Camera {
  readonly x: number
  readonly y: number
  readonly zoom: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

const zoomMin = 0.1
const zoomMax = 8
/** Fitting a single small shape does not blow it up beyond this. */
const fitZoomMax = 1.5

const clampZoom = (zoom: number) => Math.min(zoomMax, Math.max(zoomMin, zoom))

export function toScene(camera: Camera, screen: Point): Point {
  return { x: (screen.x - camera.x) / camera.zoom, y: (screen.y - camera.y) / camera.zoom }
}

export function toScreen(camera: Camera, scene: Point): Point {
  return { x: scene.x * camera.zoom + camera.x, y: scene.y * camera.zoom + camera.y }
}

export function panBy(camera: Camera, dx: number, dy: number): Camera {
  return { ...camera, x: camera.x + dx, y: camera.y + dy }
}

/** Zooms so that what is under `screen` stays there. */
export function zoomAt(camera: Camera, screen: Point, factor: number): Camera {
  const zoom = clampZoom(camera.zoom * factor)
  const scene = toScene(camera, screen)
  return { zoom, x: screen.x - scene.x * zoom, y: screen.y - scene.y * zoom }
}

/** The camera that shows the whole box, centred, with `margin` CSS px around it. */
export function fitCamera(box: Box, size: Size, margin: { readonly x: number; readonly y: number }): Camera {
  const room = { width: Math.max(80, size.width - 2 * margin.x), height: Math.max(80, size.height - 2 * margin.y) }
  const zoom = Math.min(
    fitZoomMax,
    clampZoom(Math.min(room.width / Math.max(1, box.width), room.height / Math.max(1, box.height))),
  )
  return { zoom, x: size.width / 2 - (box.x + box.width / 2) * zoom, y: size.height / 2 - (box.y + box.height / 2) * zoom }
}
