import type { RefObject } from 'react'
import { useEffect } from 'react'
import type { Board } from '../board/board.ts'
import { panBy } from '../geometry/camera.ts'

/** What stays free around what is written, in CSS px. */
const marginPx = 24

/** On phones the keyboard comes over the page: what is being written is moved out from under it, as far as its beginning stays in sight. */
export function useClearOfKeyboard(board: Board, box: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { visualViewport } = window
    if (!visualViewport) return undefined
    const clear = () => {
      const frame = box.current?.getBoundingClientRect()
      if (!frame) return
      const covered = frame.bottom + marginPx - visualViewport.offsetTop - visualViewport.height
      const by = Math.min(covered, frame.top - marginPx)
      if (by > 0) board.ui.set({ camera: panBy(board.ui.get().camera, 0, -by) })
    }
    visualViewport.addEventListener('resize', clear)
    return () => visualViewport.removeEventListener('resize', clear)
  }, [board, box])
}
