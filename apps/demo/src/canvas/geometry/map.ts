import type { Box } from './box.ts'
import { fitCamera, toScreen, type Camera, type Size } from './camera.ts'

/** Air around the drawing, in CSS px. */
const padding = { top: 8, right: 8, bottom: 8, left: 8 }
/** However far away or small a view is, so much of its frame stays to be seen and pressed, in CSS px. */
const frameMin = 12

/** How a map of this size shows the whole extent of a drawing. */
export function mapOf(extent: Box, size: Size): Camera {
  return fitCamera(extent, size, padding)
}

function clampSpan(start: number, length: number, max: number): readonly [start: number, length: number] {
  const end = Math.min(max, Math.max(start + length, frameMin))
  const clamped = Math.min(Math.max(start, 0), end - Math.min(length, frameMin), max - frameMin)
  return [clamped, Math.max(end - clamped, frameMin)]
}

/** Where the map shows a view (in scene units); at its edge, where the view is beyond it. */
export function frameOnMap(map: Camera, view: Box, size: Size): Box {
  const corner = toScreen(map, view)
  const [x, width] = clampSpan(corner.x, view.width * map.zoom, size.width)
  const [y, height] = clampSpan(corner.y, view.height * map.zoom, size.height)
  return { x, y, width, height }
}
