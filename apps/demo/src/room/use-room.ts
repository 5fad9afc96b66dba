import { useSyncExternalStore } from 'react'
import { createRoomName, hashOfRoom, roomFromHash } from './room.ts'

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** Goes to a fresh room if the address names none. */
function ensureRoom(): string {
  const room = roomFromHash(location.hash)
  if (room) return room
  const fresh = createRoomName(Math.random)
  // Replaced, so that "back" does not lead to an address without a room.
  history.replaceState(undefined, '', hashOfRoom(fresh))
  return fresh
}

export function goToRoom(room: string): void {
  location.hash = hashOfRoom(room)
}

/** The room in the address bar, followed as it changes. */
export function useRoom(): string {
  return useSyncExternalStore(subscribe, ensureRoom)
}
