import type { ReactNode } from 'react'
import { createContext, useContext, useMemo } from 'react'
import type { Shown } from '../board/show-previews.ts'
import { showPreviews } from '../board/show-previews.ts'
import { usePeers, useScene, useUi } from './board-context.ts'

const ShownContext = createContext<Shown>({ resting: [], moving: [] })

/** Works out once for all layers what is on the screen. */
export function ShownElements({ children }: { children: ReactNode }) {
  const scene = useScene()
  const peers = usePeers()
  const gesture = useUi((ui) => ui.gesture)
  const shown = useMemo(() => showPreviews(scene, peers, gesture), [scene, peers, gesture])
  return <ShownContext value={shown}>{children}</ShownContext>
}

export function useShown(): Shown {
  return useContext(ShownContext)
}
