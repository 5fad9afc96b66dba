import type { Theme } from '../../theme/palette.ts'
import type { Camera, Size } from '../geometry/camera.ts'
import { toScene } from '../geometry/camera.ts'
import { isOverlapping, type Box } from '../geometry/box.ts'
import type { Element } from '../model/element.ts'
import { paintElement } from './paint-element.ts'
import { paintedBoundsOf } from './painted-bounds.ts'

export interface View {
  readonly camera: Camera
  /** In CSS px. */
  readonly size: Size
  /** Device px of a CSS px. */
  readonly pixelRatio: number
}

/** What a view shows, in scene units. */
export function viewBox({ camera, size }: Pick<View, 'camera' | 'size'>): Box {
  return { ...toScene(camera, { x: 0, y: 0 }), width: size.width / camera.zoom, height: size.height / camera.zoom }
}

/** Wipes the context and paints what the view shows of these elements, from the bottom up. */
export function paintElements(
  context: CanvasRenderingContext2D,
  elements: readonly Element[],
  { view, theme }: { readonly view: View; readonly theme: Theme },
): void {
  const { camera, size, pixelRatio } = view
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
  context.clearRect(0, 0, size.width, size.height)
  context.setTransform(camera.zoom * pixelRatio, 0, 0, camera.zoom * pixelRatio, camera.x * pixelRatio, camera.y * pixelRatio)
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.textBaseline = 'alphabetic'
  const shown = viewBox(view)
  for (const element of elements) if (isOverlapping(shown, paintedBoundsOf(element))) paintElement(context, element, theme)
}
