import type { CSSProperties } from 'react'
import { useEffect, useState } from 'react'
import { toScreen } from '../geometry/camera.ts'
import type { Point } from '../geometry/point.ts'
import type { Peer } from '../presence/peer-store.ts'
import { usePeers, useUi } from './board-context.ts'

/** A cursor that has not moved for so long fades away: its person is elsewhere. */
const staleAfterMs = 12_000

function PeerCursor({ peer, cursor }: { peer: Peer; cursor: Point }) {
  const camera = useUi((ui) => ui.camera)
  const { x, y } = cursor
  const [stale, setStale] = useState<Point>()
  useEffect(() => {
    const timer = setTimeout(() => setStale({ x, y }), staleAfterMs)
    return () => clearTimeout(timer)
  }, [x, y])
  const isStale = stale?.x === x && stale.y === y
  const at = toScreen(camera, cursor)
  const style: CSSProperties & Record<'--person', string> = {
    transform: `translate(${at.x}px, ${at.y}px)`,
    '--person': peer.person.colour,
  }
  return (
    <div className="peer-cursor" data-testid="peer-cursor" data-stale={isStale} style={style}>
      <svg width="20" height="22" viewBox="0 0 20 22" aria-hidden="true">
        <path d="M2 1.6 17.4 11c.7.5.5 1.5-.3 1.7l-6.3 1.5c-.3 0-.5.2-.7.4L6.6 20c-.5.7-1.5.5-1.7-.3L1 2.500c-.1-.7.500-1.200 1-.9Z" />
      </svg>
      <span>{peer.person.name}</span>
    </div>
  )
}

/** The others' pointers with their names: HTML over the canvas, so that moving one redraws no shape. */
export function CursorLayer() {
  const peers = usePeers()
  return (
    <div className="cursor-layer" aria-hidden="true">
      {peers.map((peer) => (peer.cursor ? <PeerCursor key={peer.id} peer={peer} cursor={peer.cursor} /> : undefined))}
    </div>
  )
}
