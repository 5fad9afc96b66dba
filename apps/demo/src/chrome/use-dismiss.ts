import type { RefObject } from 'react'
import { useEffect } from 'react'

/** Calls `onDismiss` where a person presses Escape, or anywhere outside of `place`, while `isOpen`. */
export function useDismiss(isOpen: boolean, place: RefObject<HTMLElement | null>, onDismiss: () => void): void {
  useEffect(() => {
    if (!isOpen) return undefined
    const dismiss = (event: Event): void => {
      const isInside = event.target instanceof Node && place.current?.contains(event.target)
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !isInside) onDismiss()
    }
    window.addEventListener('pointerdown', dismiss)
    window.addEventListener('keydown', dismiss)
    return () => {
      window.removeEventListener('pointerdown', dismiss)
      window.removeEventListener('keydown', dismiss)
    }
  }, [isOpen, place, onDismiss])
}
