import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Board } from '../board/board.ts'
import type { UiState } from '../board/ui-state.ts'
import type { Scene } from '../model/scene-store.ts'
import type { Peer } from '../presence/peer-store.ts'

export const BoardContext = createContext<Board | undefined>(undefined)

export function useBoard(): Board {
  const board = useContext(BoardContext)
  if (!board) throw new Error('this component belongs inside a BoardContext')
  return board
}

/** Renders again only when the chosen part is another value: choose parts that keep their identity. */
export function useUi<T>(choose: (ui: UiState) => T): T {
  const { ui } = useBoard()
  return useSyncExternalStore(ui.subscribe, () => choose(ui.get()))
}

export function useScene(): Scene {
  const { scene } = useBoard()
  return useSyncExternalStore(scene.subscribe, () => scene.scene)
}

export function usePeers(): readonly Peer[] {
  const { peers } = useBoard()
  return useSyncExternalStore(peers.subscribe, () => peers.peers)
}

export function useHistory(): { readonly canUndo: boolean; readonly canRedo: boolean } {
  const { history } = useBoard()
  return useSyncExternalStore(history.subscribe, () => history.state)
}
