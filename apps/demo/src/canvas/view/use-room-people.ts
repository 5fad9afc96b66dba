import { useMemo, useSyncExternalStore } from 'react'
import type { Peer, PeerStore } from '../presence/peer-store.ts'
import { useBoard } from './board-context.ts'

/** Somebody else in the room, without what moves. */
export type RoomPerson = Pick<Peer, 'id' | 'person' | 'following'>

function isAlike(a: RoomPerson, b: RoomPerson | undefined): boolean {
  return a.id === b?.id && a.following === b.following && a.person.name === b.person.name && a.person.colour === b.person.colour
}

/** Pointers move many times a second: the list is the same one until somebody comes, goes, or is called something else. */
export function createPeopleReader(store: Pick<PeerStore, 'peers'>): () => readonly RoomPerson[] {
  let people: readonly RoomPerson[] = []
  return () => {
    const { peers } = store
    const isSame = peers.length === people.length && peers.every((peer, index) => isAlike(peer, people[index]))
    if (!isSame) people = peers.map(({ id, person, following }) => ({ id, person, following }))
    return people
  }
}

export function useRoomPeople(): readonly RoomPerson[] {
  const { peers } = useBoard()
  return useSyncExternalStore(
    peers.subscribe,
    useMemo(() => createPeopleReader(peers), [peers]),
  )
}
