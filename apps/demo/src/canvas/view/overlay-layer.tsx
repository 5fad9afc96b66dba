import { Layer, Rect } from 'react-konva/lib/ReactKonvaCore.js'
import { accent } from '../../theme/palette.ts'
import { useTheme } from '../../theme/use-theme.ts'
import type { Element } from '../model/element.ts'
import { usePeers, useScene, useUi } from './board-context.ts'
import { SelectionFrame } from './selection-frame.tsx'
import { useShown } from './shown-elements.tsx'

/** How far an outline stands off what it surrounds, in CSS px. */
const gapPx = 5

function Outline({ element, colour, zoom }: { element: Element; colour: string; zoom: number }) {
  const gap = gapPx / zoom
  return (
    <Rect
      x={element.x}
      y={element.y}
      rotation={element.rotation}
      offsetX={gap}
      offsetY={gap}
      width={element.width + 2 * gap}
      height={element.height + 2 * gap}
      cornerRadius={4 / zoom}
      stroke={colour}
      strokeWidth={1.5 / zoom}
      listening={false}
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

function Marquee({ colour }: { colour: string }) {
  const zoom = useUi((ui) => ui.camera.zoom)
  const box = useUi((ui) => (ui.gesture.type === 'marquee' ? ui.gesture.box : undefined))
  return box ? <Rect {...box} fill={`${colour}1a`} stroke={colour} strokeWidth={1 / zoom} listening={false} /> : undefined
}

/** Everything drawn over the elements that is not in the document. */
export function OverlayLayer() {
  const theme = useTheme()
  return (
    <Layer>
      <PeerSelections />
      <Marquee colour={accent[theme]} />
      <SelectionFrame theme={theme} />
    </Layer>
  )
}
