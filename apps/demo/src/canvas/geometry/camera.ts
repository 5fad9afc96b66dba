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

/** What a hand may zoom to; a board that is wider still is fitted all the same. */
const zoomMin = 0.05
export const zoomMax = 8
/** Fitting a single small shape does not blow it up beyond this. */
const fitZoomMax = 1.5

/** CSS px along each edge of the canvas that something else covers. */
export interface Insets {
  readonly top: number
  readonly right: number
  readonly bottom: number
  readonly left: number
}

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
  const zoom = Math.min(zoomMax, Math.max(Math.min(zoomMin, camera.zoom), camera.zoom * factor))
  const scene = toScene(camera, screen)
  return { zoom, x: screen.x - scene.x * zoom, y: screen.y - scene.y * zoom }
}

/** The camera that shows the whole box in the middle of what the insets leave, which is never taken for less than 80 CSS px. */
export function fitCamera(box: Box, size: Size, { top, right, bottom, left }: Insets): Camera {
  const room = { width: Math.max(80, size.width - left - right), height: Math.max(80, size.height - top - bottom) }
  const zoom = Math.min(fitZoomMax, room.width / Math.max(1, box.width), room.height / Math.max(1, box.height))
  const middle = { x: left + room.width / 2, y: top + room.height / 2 }
  return { zoom, x: middle.x - (box.x + box.width / 2) * zoom, y: middle.y - (box.y + box.height / 2) * zoom }
}

/** The point of the scene that is in the middle of the screen. */
export function middleOfView({ camera, size }: { readonly camera: Camera; readonly size: Size }): Point {
  return toScene(camera, { x: size.width / 2, y: size.height / 2 })
}

/** The camera with this point of the scene in the middle of the screen. */
export function centreOn({ zoom }: Pick<Camera, 'zoom'>, point: Point, size: Size): Camera {
  return { zoom, x: size.width / 2 - point.x * zoom, y: size.height / 2 - point.y * zoom }
}
