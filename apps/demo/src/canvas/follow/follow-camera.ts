import type { Box } from '../geometry/box.ts'
import { centreOn, zoomMax, type Camera, type Size } from '../geometry/camera.ts'

/** The camera that shows all of somebody else's view, in the middle, however differently shaped the screens are. */
export function cameraShowing(view: Box, size: Size): Camera {
  const zoom = Math.min(zoomMax, size.width / view.width, size.height / view.height)
  return centreOn({ zoom }, { x: view.x + view.width / 2, y: view.y + view.height / 2 }, size)
}

/** Of the way to the target, each frame. */
const share = 0.3
/** Nearer than this, in CSS px and as a share of the zoom, is there. */
const near = { px: 0.5, zoom: 0.001 }

/** A step nearer to the target; in the end the target itself. */
export function approach(camera: Camera, target: Camera): Camera {
  const [dx, dy, zoom] = [target.x - camera.x, target.y - camera.y, target.zoom - camera.zoom]
  const isThere = Math.abs(dx) < near.px && Math.abs(dy) < near.px && Math.abs(zoom) < near.zoom * target.zoom
  return isThere ? target : { x: camera.x + dx * share, y: camera.y + dy * share, zoom: camera.zoom + zoom * share }
}
