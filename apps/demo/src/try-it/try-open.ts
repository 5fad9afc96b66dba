import { useSyncExternalStore } from 'react'
import { createStore } from '../canvas/board/ui-state.ts'

/** Whether the panel is open, here and in the stock room. */
const shown = createStore({ isOpen: false })

export function showTry(isOpen: boolean): void {
  shown.set({ isOpen })
}

export function useTryShown(): boolean {
  return useSyncExternalStore(shown.subscribe, () => shown.get().isOpen)
}
