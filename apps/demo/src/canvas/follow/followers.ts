import type { Peer } from '../presence/peer-store.ts'

type Follower = Pick<Peer, 'id' | 'following'>

/** Those who follow the tab with this id. */
export function followersOf<T extends Follower>(peers: readonly T[], self: number): readonly T[] {
  return peers.filter(({ following }) => following === self)
}

/** Whether following `leader` means, by way of whom they follow, following oneself: such a circle would never come to rest. */
export function leadsBack(peers: readonly Follower[], leader: number, self: number): boolean {
  const byId = new Map(peers.map((peer) => [peer.id, peer]))
  const seen = new Set<number>()
  for (
    let id: number | null | undefined = leader;
    id !== undefined && id !== null && !seen.has(id);
    id = byId.get(id)?.following
  ) {
    if (id === self) return true
    seen.add(id)
  }
  return false
}
