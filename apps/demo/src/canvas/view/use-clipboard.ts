import type { RefObject } from 'react'
import { useEffect } from 'react'
import { showFlash } from '../../sync/flash-toast.tsx'
import type { Board } from '../board/board.ts'
import { copySelected, paste, type Pasted } from '../board/clipboard.ts'
import { removeSelected } from '../board/commands.ts'
import { copyOffset } from '../board/copies.ts'
import { middleOfView, toScene } from '../geometry/camera.ts'
import type { Point } from '../geometry/point.ts'
import { textLengthMax } from '../model/element.ts'
import { belongsToPage } from './belongs-to-page.ts'

/** Words for what did not go as one would think. */
function tell(pasted: Pasted): void {
  if (pasted.type === 'problem') showFlash({ message: pasted.message, isProblem: true })
  if (pasted.type === 'shortened')
    showFlash({ message: `Only the first ${textLengthMax.toLocaleString('en')} characters were pasted.`, isProblem: true })
}

/** Where the mouse is over the canvas, in CSS px from its corner; `undefined` while it is elsewhere. */
function followMouse(container: HTMLElement, signal: AbortSignal): () => Point | undefined {
  let at: Point | undefined
  container.addEventListener(
    'pointermove',
    ({ pointerType, clientX, clientY }) => {
      const { left, top } = container.getBoundingClientRect()
      at = pointerType === 'mouse' ? { x: clientX - left, y: clientY - top } : undefined
    },
    { signal },
  )
  container.addEventListener('pointerleave', () => (at = undefined), { signal })
  return () => at
}

/** Pasting goes where the mouse is, or to the middle; again at the same place, beside what was pasted before. */
function createPastePlace(board: Board, mouse: () => Point | undefined): () => Point {
  let last: { readonly at: Point; readonly times: number } | undefined
  return () => {
    const ui = board.ui.get()
    const place = mouse()
    const at = place ? toScene(ui.camera, place) : middleOfView(ui)
    last = { at, times: last?.at.x === at.x && last.at.y === at.y ? last.times + 1 : 0 }
    return { x: at.x + last.times * copyOffset, y: at.y + last.times * copyOffset }
  }
}

/** Copy, cut and paste by the browser's own keys and menus, through the clipboard of the system. */
export function useClipboard(board: Board, container: RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    if (!container.current) return undefined
    const stop = new AbortController()
    const { signal } = stop
    const placeToPaste = createPastePlace(board, followMouse(container.current, signal))
    const copy = (event: ClipboardEvent): boolean => {
      const text = belongsToPage(event.target) ? undefined : copySelected(board)
      if (text === undefined) return false
      event.clipboardData?.setData('text/plain', text)
      event.preventDefault()
      return true
    }
    document.addEventListener('copy', copy, { signal })
    document.addEventListener('cut', (event) => copy(event) && removeSelected(board), { signal })
    document.addEventListener(
      'paste',
      (event) => {
        if (belongsToPage(event.target)) return
        event.preventDefault()
        tell(paste(board, event.clipboardData?.getData('text/plain') ?? '', placeToPaste()))
      },
      { signal },
    )
    return () => stop.abort()
  }, [board, container])
}
