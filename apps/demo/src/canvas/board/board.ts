import type { Awareness } from 'y-protocols/awareness'
import type { Doc } from 'yjs'
import type { SceneStore } from '../model/scene-store.ts'
import { createSceneStore } from '../model/scene-store.ts'
import type { History } from '../model/undo.ts'
import { createHistory } from '../model/undo.ts'
import type { LineWidth } from '../paint/text-metrics.ts'
import type { PeerStore } from '../presence/peer-store.ts'
import { createPeerStore } from '../presence/peer-store.ts'
import type { Publisher, Timers } from '../presence/publisher.ts'
import { createPublisher } from '../presence/publisher.ts'
import type { Store, UiState } from './ui-state.ts'
import { createStore, initialUiState } from './ui-state.ts'

/** What the board takes from its surroundings, so that a test can hold it still. */
export interface BoardHost extends Timers {
  /** Device time, ms since the epoch. */
  now(): number
  createId(): string
  readonly lineWidth: LineWidth
}

/** Everything behind one open canvas. Whoever creates it closes it; the document belongs to the caller. */
export interface Board {
  readonly doc: Doc
  readonly host: BoardHost
  readonly scene: SceneStore
  readonly history: History
  readonly peers: PeerStore
  readonly presence: Publisher
  readonly ui: Store<UiState>
  readonly close: () => void
}

export function createBoard({ doc, awareness, host }: { doc: Doc; awareness: Awareness; host: BoardHost }): Board {
  const scene = createSceneStore(doc, () => host.now())
  const history = createHistory(doc, scene)
  const peers = createPeerStore(awareness)
  const presence = createPublisher(awareness, host)
  const ui = createStore(initialUiState)
  // Somebody else may remove what is selected here.
  const stopPruning = scene.subscribe(() => {
    const { selection } = ui.get()
    const left = [...selection].filter((id) => scene.scene.byId.has(id))
    if (left.length < selection.size) ui.set({ selection: new Set(left) })
  })
  return {
    doc,
    host,
    scene,
    history,
    peers,
    presence,
    ui,
    close() {
      stopPruning()
      presence.close()
      peers.close()
      history.close()
      scene.close()
    },
  }
}
