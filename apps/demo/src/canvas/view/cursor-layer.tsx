import type { CSSProperties } from 'react'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Point } from '../geometry/point.ts'
import type { Peer } from '../presence/peer-store.ts'
import { useBoard, usePeers, useUi } from './board-context.ts'

/** A cursor that has not moved for so long fades away: its person is elsewhere. */
const staleAfterMs = 12_000

function PeerCursor({ peer, cursor }: { peer: Peer; cursor: Point }) {
  const zoom = useUi((ui) => ui.camera.zoom)
  const { x, y } = cursor
  const [stale, setStale] = useState<Point>()
  useEffect(() => {
    const timer = setTimeout(() => setStale({ x, y }), staleAfterMs)
    return () => clearTimeout(timer)
  }, [x, y])
  const isStale = stale?.x === x && stale.y === y
  const style: CSSProperties & Record<'--person', string> = {
    transform: `translate(${x * zoom}px, ${y * zoom}px)`,
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

/** The others' pointers with their names: HTML over the canvas, so that moving one redraws no shape, and panning moves them all as one without rendering any. */
export function CursorLayer() {
  const board = useBoard()
  const peers = usePeers()
  const layer = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const follow = (): void => {
      const { x, y } = board.ui.get().camera
      layer.current?.style.setProperty('transform', `translate(${x}px, ${y}px)`)
    }
    follow()
    return board.ui.subscribe(follow)
  }, [board])
  return (
    <div className="cursor-layer" aria-hidden="true">
      <div ref={layer}>
        {peers.map((peer) => (peer.cursor ? <PeerCursor key={peer.id} peer={peer} cursor={peer.cursor} /> : undefined))}
      </div>
    </div>
  )
}
