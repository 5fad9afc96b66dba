import { useSyncExternalStore } from 'react'
import type { Theme } from './palette.ts'

const darkQuery = window.matchMedia('(prefers-color-scheme: dark)')

function subscribe(listener: () => void): () => void {
  darkQuery.addEventListener('change', listener)
  return () => darkQuery.removeEventListener('change', listener)
}

/** What the person's system asks for; for the canvas, which cannot read CSS variables. */
export function useTheme(): Theme {
  return useSyncExternalStore(subscribe, () => (darkQuery.matches ? 'dark' : 'light'))
}
