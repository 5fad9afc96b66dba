import { roomFromHash } from './room.ts'

export const stockHash = '#/stock'

/** Where a person is on the page. */
export type Place = { readonly type: 'stock' } | { readonly type: 'room'; readonly room: string }

/** The place in the address; `undefined` where it names none. No room can have the stock room's name. */
export function placeFromHash(hash: string): Place | undefined {
  if (hash === stockHash) return { type: 'stock' }
  const room = roomFromHash(hash)
  return room === undefined ? undefined : { type: 'room', room }
}
