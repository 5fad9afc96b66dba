import type { RefObject } from 'react'
import { useLayoutEffect } from 'react'
import type { Board } from '../board/board.ts'

/** Distance of the dots in scene units; doubled or halved with the zoom, so that they stay a calm pattern. */
const dotGap = 24

/** Keeps the dots behind the drawing where the camera has them, without rendering anything. */
export function useDotGrid(board: Board, container: RefObject<HTMLDivElement | null>): void {
  useLayoutEffect(() => {
    const follow = (): void => {
      const { x, y, zoom } = board.ui.get().camera
      const gap = dotGap * zoom * 2 ** -Math.round(Math.log2(zoom))
      const style = container.current?.style
      style?.setProperty('--gap', `${gap}px`)
      style?.setProperty('background-position', `${x - gap / 2}px ${y - gap / 2}px`)
    }
    follow()
    return board.ui.subscribe(follow)
  }, [board, container])
}
