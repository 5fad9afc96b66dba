import { roomFromHash } from './room.ts'

export const stockHash = '#/stock'
export const syncHash = '#/sync'

/** Where a person is on the page. */
export type Place = { readonly type: 'stock' } | { readonly type: 'sync' } | { readonly type: 'room'; readonly room: string }

/** The place in the address; `undefined` where it names none. No room can have the name of another place. */
export function placeFromHash(hash: string): Place | undefined {
  if (hash === stockHash) return { type: 'stock' }
  if (hash === syncHash) return { type: 'sync' }
  const room = roomFromHash(hash)
  return room === undefined ? undefined : { type: 'room', room }
}
