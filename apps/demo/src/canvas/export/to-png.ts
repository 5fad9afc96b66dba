import type { Theme } from '../../theme/palette.ts'
import type { Box } from '../geometry/box.ts'
import type { Element } from '../model/element.ts'
import { paintElements } from '../paint/paint-elements.ts'
import { pictureScale } from './export-box.ts'

interface PngOptions {
  readonly box: Box
  readonly theme: Theme
  /** CSS colour of the ground; transparent without. */
  readonly paper: string | undefined
}

/** The elements as a picture, two pixels to a scene unit where that is not too large. Rejects where the browser makes none. */
export async function toPng(elements: readonly Element[], { box, theme, paper }: PngOptions): Promise<Blob> {
  const scale = pictureScale(box)
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(box.width * scale))
  canvas.height = Math.max(1, Math.round(box.height * scale))
  const context = canvas.getContext('2d')
  if (!context) throw new Error('This browser makes no pictures.')
  const view = { camera: { x: -box.x, y: -box.y, zoom: 1 }, size: box, pixelRatio: scale }
  paintElements(context, elements, { view, theme })
  if (paper !== undefined) {
    context.setTransform(1, 0, 0, 1, 0, 0)
    context.globalCompositeOperation = 'destination-over'
    context.fillStyle = paper
    context.fillRect(0, 0, canvas.width, canvas.height)
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'))
  if (!blob) throw new Error('This browser makes no picture as large as that.')
  return blob
}
