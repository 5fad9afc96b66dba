import type { Awareness } from 'y-protocols/awareness'
import type { Presence } from './presence.ts'
import { presenceSchema } from './presence.ts'

/** Somebody else in the room: one tab. */
export interface Peer extends Presence {
  /** The tab's Yjs client id. */
  readonly id: number
}

export interface PeerStore {
  /** Everybody but this tab, in the order of their ids. A peer that said nothing new is the same object as before. */
  readonly peers: readonly Peer[]
  readonly subscribe: (listener: () => void) => () => void
  close(): void
}

interface AwarenessChange {
  readonly added: readonly number[]
  readonly updated: readonly number[]
  readonly removed: readonly number[]
}

/** Follows everybody's presence, and reads again only what changed: cursors move many times a second. */
export function createPeerStore(awareness: Awareness): PeerStore {
  const byId = new Map<number, Peer>()
  const listeners = new Set<() => void>()
  let peers: readonly Peer[] = []

  const read = (ids: Iterable<number>) => {
    const states = awareness.getStates()
    for (const id of ids) {
      const parsed = id === awareness.clientID ? undefined : presenceSchema.safeParse(states.get(id))
      // What cannot be read is somebody without a name yet, or another program: not shown.
      if (parsed?.success) byId.set(id, { id, ...parsed.data })
      else byId.delete(id)
    }
    peers = [...byId.values()].sort((a, b) => a.id - b.id)
  }
  const onChange = ({ added, updated, removed }: AwarenessChange) => {
    const ids = [...added, ...updated, ...removed].filter((id) => id !== awareness.clientID)
    if (ids.length === 0) return
    read(ids)
    for (const listener of listeners) listener()
  }
  read(awareness.getStates().keys())
  awareness.on('change', onChange)
  return {
    get peers() {
      return peers
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => awareness.off('change', onChange),
  }
}
