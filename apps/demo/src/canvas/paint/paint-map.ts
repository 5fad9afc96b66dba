import type { Theme } from '../../theme/palette.ts'
import { solidColour } from '../../theme/palette.ts'
import { boundsOf } from '../geometry/box.ts'
import type { Camera, Size } from '../geometry/camera.ts'
import type { Element } from '../model/element.ts'
import { strokeLengths } from '../model/stroke.ts'

/** Nothing is smaller on the map, in CSS px. */
const markMin = 1.5
/** Of a long stroke the map shows about so many points. */
const strokePoints = 12
const alpha = 0.62

type WithPoints = Extract<Element, { points: unknown }>

function paintStroke(context: CanvasRenderingContext2D, element: WithPoints, zoom: number): void {
  const { x, y, width, height, rotation, points } = element
  const lengths = strokeLengths(points, width * zoom, height * zoom)
  const step = 2 * Math.max(1, Math.floor(lengths.length / 2 / strokePoints))
  context.save()
  context.translate(x * zoom, y * zoom)
  context.rotate((rotation * Math.PI) / 180)
  context.beginPath()
  for (let at = 0; at < lengths.length; at += step) context.lineTo(lengths[at] ?? 0, lengths[at + 1] ?? 0)
  context.stroke()
  context.restore()
}

function paintBlock(context: CanvasRenderingContext2D, element: Element, zoom: number): void {
  const { x, y, width, height } = boundsOf(element)
  context.fillRect(x * zoom, y * zoom, Math.max(markMin, width * zoom), Math.max(markMin, height * zoom))
}

/** Paints what is where, as blocks and lines: five thousand elements take a few milliseconds. */
export function paintMap(
  context: CanvasRenderingContext2D,
  elements: readonly Element[],
  {
    map,
    size,
    pixelRatio,
    theme,
  }: { readonly map: Camera; readonly size: Size; readonly pixelRatio: number; readonly theme: Theme },
): void {
  context.setTransform(pixelRatio, 0, 0, pixelRatio, 0, 0)
  context.clearRect(0, 0, size.width, size.height)
  context.translate(map.x, map.y)
  context.globalAlpha = alpha
  context.lineWidth = 1
  for (const element of elements) {
    if ('points' in element) {
      context.strokeStyle = solidColour(element.stroke, theme)
      paintStroke(context, element, map.zoom)
    } else {
      context.fillStyle = solidColour(element.fill === 'none' ? element.stroke : element.fill, theme)
      paintBlock(context, element, map.zoom)
    }
  }
}
