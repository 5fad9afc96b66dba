import type { Doc } from 'yjs'
import { UndoManager } from 'yjs'
import type { SceneStore } from './scene-store.ts'

export interface History {
  undo(): void
  redo(): void
  /** A new object after every change, the same one while nothing changes. */
  readonly state: { readonly canUndo: boolean; readonly canRedo: boolean }
  readonly subscribe: (listener: () => void) => () => void
  /** Says which step the next transaction belongs to: same key as the last one and soon after, the same step; without a key, a step of its own. */
  beginStep(mergeKey?: string): void
  close(): void
}

/** How soon edits with the same merge key (holding down an arrow key) must follow each other to be one step. */
const mergeWithinMs = 800

/** Undo of this person's own edits: changes by others are neither undone nor overwritten. */
export function createHistory(doc: Doc, { content }: Pick<SceneStore, 'content'>): History {
  const manager = new UndoManager(doc.getMap('elements'), {
    trackedOrigins: new Set([content.origin]),
    captureTimeout: mergeWithinMs,
  })
  let lastKey: string | undefined
  let state = { canUndo: false, canRedo: false }
  const refresh = () => {
    const next = { canUndo: manager.canUndo(), canRedo: manager.canRedo() }
    if (next.canUndo !== state.canUndo || next.canRedo !== state.canRedo) state = next
  }
  for (const event of ['stack-item-added', 'stack-item-popped', 'stack-cleared'] as const) manager.on(event, refresh)
  return {
    undo: () => void manager.undo(),
    redo: () => void manager.redo(),
    get state() {
      return state
    },
    subscribe(listener) {
      // Registered after `refresh`, so the listener sees the new state.
      const events = ['stack-item-added', 'stack-item-popped', 'stack-cleared'] as const
      for (const event of events) manager.on(event, listener)
      return () => events.forEach((event) => manager.off(event, listener))
    },
    beginStep(mergeKey) {
      if (mergeKey === undefined || mergeKey !== lastKey) manager.stopCapturing()
      lastKey = mergeKey
    },
    close: () => manager.destroy(),
  }
}
