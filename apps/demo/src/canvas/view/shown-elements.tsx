import type { ReactNode } from 'react'
import { createContext, useContext, useMemo } from 'react'
import type { Shown } from '../board/show-previews.ts'
import { createPreviews } from '../board/show-previews.ts'
import type { Element } from '../model/element.ts'
import { usePeers, useScene, useUi } from './board-context.ts'

const nothing: readonly Element[] = []
const ShownContext = createContext<Shown>({ resting: nothing, moving: nothing, carried: nothing, changing: nothing })

/** Works out once for all layers what is on the screen. */
export function ShownElements({ children }: { children: ReactNode }) {
  const scene = useScene()
  const peers = usePeers()
  const gesture = useUi((ui) => ui.gesture)
  const show = useMemo(() => createPreviews(), [])
  const { resting, moving, carried, changing } = useMemo(() => show(scene, peers, gesture), [show, scene, peers, gesture])
  // Pointers move many times a second: whoever draws elements need not hear of it.
  const shown = useMemo(() => ({ resting, moving, carried, changing }), [resting, moving, carried, changing])
  return <ShownContext value={shown}>{children}</ShownContext>
}

export function useShown(): Shown {
  return useContext(ShownContext)
}
