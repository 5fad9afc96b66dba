import { boundsOf, unionOf, type Box } from '../geometry/box.ts'
import type { Element } from '../model/element.ts'

/** Paper around what is exported, in scene units; thick strokes reach into it. */
const margin = 24

/** What an export of these elements shows, on whole scene units; `undefined` where there are none. */
export function exportBox(elements: readonly Element[]): Box | undefined {
  const box = unionOf(elements.map(boundsOf))
  if (!box) return undefined
  const reach = margin + Math.max(...elements.map(({ strokeWidth }) => strokeWidth)) / 2
  const [x, y] = [Math.floor(box.x - reach), Math.floor(box.y - reach)]
  return { x, y, width: Math.ceil(box.x + box.width + reach) - x, height: Math.ceil(box.y + box.height + reach) - y }
}

/** Pixels of a scene unit: two, for sharp pictures. */
const scaleMax = 2
/** What browsers make a canvas of, on phones too. */
const sideMax = 8_192
const areaMax = 32_000_000

/** How many pixels of a picture a scene unit of the box becomes: a large board is made small rather than refused. */
export function pictureScale({ width, height }: Pick<Box, 'width' | 'height'>): number {
  return Math.min(scaleMax, sideMax / Math.max(width, height), Math.sqrt(areaMax / (width * height)))
}
