import { useEffect, useMemo, useSyncExternalStore } from 'react'
import { thisApp } from '../device/this-device.ts'
import { placeFromHash, type Place } from './place.ts'
import { createRoomName, hashOfRoom } from './room.ts'

const lastRoomKey = `${thisApp}:room`

function subscribe(listener: () => void): () => void {
  window.addEventListener('hashchange', listener)
  return () => window.removeEventListener('hashchange', listener)
}

/** Goes to a fresh room if the address names no place. */
function ensureHash(): string {
  if (placeFromHash(location.hash)) return location.hash
  // Replaced, so that "back" does not lead to an address without a room.
  history.replaceState(undefined, '', hashOfRoom(createRoomName(Math.random)))
  return location.hash
}

export function goToRoom(room: string): void {
  location.hash = hashOfRoom(room)
}

/** The place in the address bar, followed as it changes. */
export function usePlace(): Place {
  const hash = useSyncExternalStore(subscribe, ensureHash)
  const place = useMemo<Place>(() => placeFromHash(hash) ?? { type: 'stock' }, [hash])
  useEffect(() => {
    // For the way back from the other places, in this tab.
    if (place.type === 'room') sessionStorage.setItem(lastRoomKey, hash)
  }, [hash, place])
  return place
}

/** The room this tab was in last; a fresh one where it was in none. */
export function readLastRoomHash(): string {
  return sessionStorage.getItem(lastRoomKey) ?? '#/'
}
