import { compareKeys } from './key-order.ts'
import type { RowRange } from './record-database.ts'
import type { IndexKey } from './row-key.ts'

/** Whether a key of its index lies in the stretch. */
export function isIn(key: IndexKey, { from, to, isFromOpen = false, isToOpen = false }: RowRange): boolean {
  const fromOrder = from === undefined ? 1 : compareKeys(key, from)
  const toOrder = to === undefined ? -1 : compareKeys(key, to)
  return (isFromOpen ? fromOrder > 0 : fromOrder >= 0) && (isToOpen ? toOrder < 0 : toOrder <= 0)
}
