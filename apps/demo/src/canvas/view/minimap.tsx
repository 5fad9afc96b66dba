import { useLayoutEffect, useMemo, useRef } from 'react'
import { useTheme } from '../../theme/use-theme.ts'
import { useBoard } from './board-context.ts'
import { createBoardMap } from './board-map.ts'

/** All of the board at a glance, with a frame around what is on the screen; dragging the frame goes there. */
export function Minimap() {
  const board = useBoard()
  const theme = useTheme()
  const canvas = useRef<HTMLCanvasElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  const map = useMemo(() => createBoardMap(board), [board])
  useLayoutEffect(() => {
    if (!canvas.current || !frame.current) return undefined
    return map.show({ canvas: canvas.current, frame: frame.current }, theme)
  }, [map, theme])
  return (
    <div
      className="minimap panel"
      data-testid="minimap"
      role="group"
      aria-label="Map of the board. Drag, or use the arrow keys, to look elsewhere."
      tabIndex={0}
      {...map.drag}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <div ref={frame} className="map-frame" data-testid="map-frame" />
    </div>
  )
}
