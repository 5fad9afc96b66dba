import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { Awareness } from 'y-protocols/awareness'
import type { OpenDocument } from '../documents/open-document.ts'

/** What one person shows of themselves, as JSON. It comes from other devices: check it before use. */
export type PresenceState = Readonly<Record<string, unknown>>

export interface OtherPresence {
  readonly clientId: number
  readonly presence: PresenceState
}

export interface Presence {
  readonly self: PresenceState
  /** In order of their client ids. */
  readonly others: readonly OtherPresence[]
  /** Merges into `self`. Does nothing before the document is open. */
  readonly setPresence: (partial: PresenceState) => void
}

const nobody: Omit<Presence, 'setPresence'> = { self: {}, others: [] }

/** Who else has the document open, and what they show. */
export function usePresence(document: OpenDocument | undefined): Presence {
  const awareness = document?.awareness
  const follower = useMemo(() => createFollower(awareness), [awareness])
  const seen = useSyncExternalStore(follower.subscribe, follower.read, follower.read)
  const setPresence = useCallback(
    (partial: PresenceState) => awareness?.setLocalState({ ...awareness.getLocalState(), ...partial }),
    [awareness],
  )
  return useMemo(() => ({ ...seen, setPresence }), [seen, setPresence])
}

/** Keeps one snapshot until something changes, as React compares by identity. */
function createFollower(awareness: Awareness | undefined): {
  readonly subscribe: (listener: () => void) => () => void
  readonly read: () => Omit<Presence, 'setPresence'>
} {
  let seen = awareness === undefined ? nobody : look(awareness)
  return {
    subscribe: (listener) => {
      const changed = (): void => {
        seen = awareness === undefined ? nobody : look(awareness)
        listener()
      }
      // What happened between the first look and now.
      if (awareness !== undefined) seen = look(awareness)
      awareness?.on('change', changed)
      return () => awareness?.off('change', changed)
    },
    read: () => seen,
  }
}

function look(awareness: Awareness): Omit<Presence, 'setPresence'> {
  const others = [...awareness.getStates()].filter(([clientId]) => clientId !== awareness.clientID)
  return {
    self: awareness.getLocalState() ?? {},
    others: others.map(([clientId, presence]) => ({ clientId, presence })).toSorted((a, b) => a.clientId - b.clientId),
  }
}
