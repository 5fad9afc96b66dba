import type { ReactNode } from 'react'
import { accent, guideColour } from '../../theme/palette.ts'
import { useTheme } from '../../theme/use-theme.ts'
import { gestureGuides } from '../gesture/gesture.ts'
import type { Element } from '../model/element.ts'
import { usePeers, useScene, useUi } from './board-context.ts'
import { SelectionFrame } from './selection-frame.tsx'
import { useShown } from './shown-elements.tsx'

/** How far an outline stands off what it surrounds, in CSS px. */
const gapPx = 5

function Outline({ element, colour, zoom }: { element: Element; colour: string; zoom: number }) {
  const gap = gapPx / zoom
  const { x, y, width, height, rotation } = element
  return (
    <rect
      transform={`translate(${x} ${y}) rotate(${rotation})`}
      x={-gap}
      y={-gap}
      width={width + 2 * gap}
      height={height + 2 * gap}
      rx={4 / zoom}
      stroke={colour}
    />
  )
}

/** What the others have selected, in their colours. */
function PeerSelections() {
  const zoom = useUi((ui) => ui.camera.zoom)
  const scene = useScene()
  const { moving } = useShown()
  const peers = usePeers()
  if (peers.every(({ selection }) => selection.length === 0)) return undefined
  const movingById = new Map(moving.map((element) => [element.id, element]))
  return peers.flatMap((peer) =>
    peer.selection.map((id) => {
      const element = movingById.get(id) ?? scene.byId.get(id)
      return element ? <Outline key={`${peer.id} ${id}`} element={element} colour={peer.person.colour} zoom={zoom} /> : undefined
    }),
  )
}

function Marquee() {
  const theme = useTheme()
  const box = useUi((ui) => (ui.gesture.type === 'marquee' ? ui.gesture.box : undefined))
  return box ? <rect {...box} fill={accent[theme]} fillOpacity={0.1} stroke={accent[theme]} strokeWidth={1} /> : undefined
}

/** What is in line with what, while something is moved or resized. */
function Guides() {
  const theme = useTheme()
  const guides = useUi((ui) => gestureGuides(ui.gesture))
  return guides.map(({ axis, at, from, to }) => {
    const [x1, x2, y1, y2] = axis === 'x' ? [at, at, from, to] : [from, to, at, at]
    return <line key={`${axis} ${at}`} {...{ x1, x2, y1, y2 }} stroke={guideColour[theme]} strokeWidth={1} data-testid="guide" />
  })
}

/** Lays scene units where the camera has them: moving it changes one attribute. */
function InScene({ children }: { children: ReactNode }) {
  const { x, y, zoom } = useUi((ui) => ui.camera)
  return (
    <g transform={`matrix(${zoom} 0 0 ${zoom} ${x} ${y})`} fill="none" strokeWidth={1.5}>
      {children}
    </g>
  )
}

/** Everything drawn over the elements that is not in the document. */
export function Overlay() {
  return (
    <svg className="overlay" aria-hidden="true">
      <InScene>
        <PeerSelections />
        <Marquee />
        <Guides />
      </InScene>
      <SelectionFrame />
    </svg>
  )
}
