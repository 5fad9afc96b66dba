import type { Size } from '../geometry/camera.ts'
import type { Handle } from '../geometry/frame.ts'
import { handleMark } from './target.ts'

const isCoarse = window.matchMedia('(pointer: coarse)').matches

/** In CSS px: what is seen of a handle, and where it can be taken hold of. */
export const handleRadius = isCoarse ? { shown: 7, hit: 22 } : { shown: 4.5, hit: 10 }
/** The handle that turns stands so far above the frame, in CSS px. */
const turnOffset = isCoarse ? 38 : 26
/** Shorter sides have handles at their ends only, in CSS px. */
const sideMin = 44

const corners: readonly Handle[] = [
  { x: -1, y: -1 },
  { x: 1, y: -1 },
  { x: -1, y: 1 },
  { x: 1, y: 1 },
]
const levelSides: readonly Handle[] = [
  { x: 0, y: -1 },
  { x: 0, y: 1 },
]
const uprightSides: readonly Handle[] = [
  { x: -1, y: 0 },
  { x: 1, y: 0 },
]

const cursors = ['ew-resize', 'nwse-resize', 'ns-resize', 'nesw-resize']

/** The arrow that points where the handle pulls, whichever way the frame is turned. */
function cursorOf({ x, y }: Handle, rotation: number): string {
  const degrees = (Math.atan2(y, x) * 180) / Math.PI + rotation
  return cursors[(((Math.round(degrees / 45) % 4) + 4) % 4) % cursors.length] ?? 'move'
}

interface Properties {
  /** Of what is framed, in CSS px. */
  readonly size: Size
  readonly padding: number
  readonly rotation: number
  /** The proportion has to stay: a side alone cannot be pulled. */
  readonly isEven: boolean
}

function handlesFor({ size, isEven }: Properties): readonly Handle[] {
  if (isEven) return corners
  // Fingers need more room than the sides of most things have; corners pull at both.
  const [wide, tall] = [size.width >= sideMin * (isCoarse ? 3 : 1), size.height >= sideMin * (isCoarse ? 3 : 1)]
  return [...(wide ? levelSides : []), ...(tall ? uprightSides : []), ...corners]
}

/** Handles to resize and to turn, around a frame whose corner is the origin. */
export function FrameHandles(properties: Properties) {
  const { size, padding, rotation } = properties
  const { shown, hit } = handleRadius
  const at = (share: number, length: number) => (share === 0 ? length / 2 : share < 0 ? -padding : length + padding)
  // A small thing must stay to be pressed between its handles: they are taken hold of further out.
  const outward = Math.max(0, hit - Math.min(size.width, size.height) / 4 - padding)
  return (
    <>
      <line className="frame" x1={size.width / 2} x2={size.width / 2} y1={-padding} y2={-padding - turnOffset} />
      <g className="frame-handle turn" {...handleMark({ type: 'turn' })}>
        <circle className="hit" cx={size.width / 2} cy={-padding - turnOffset} r={hit} />
        <circle cx={size.width / 2} cy={-padding - turnOffset} r={shown} />
      </g>
      {handlesFor(properties).map((handle) => {
        const [x, y] = [at(handle.x, size.width), at(handle.y, size.height)]
        return (
          <g
            key={`${handle.x} ${handle.y}`}
            className="frame-handle"
            style={{ cursor: cursorOf(handle, rotation) }}
            {...handleMark({ type: 'handle', handle })}
          >
            <circle className="hit" cx={x + handle.x * outward} cy={y + handle.y * outward} r={hit} />
            <rect x={x - shown} y={y - shown} width={2 * shown} height={2 * shown} rx={isCoarse ? shown : 3} />
          </g>
        )
      })}
    </>
  )
}
