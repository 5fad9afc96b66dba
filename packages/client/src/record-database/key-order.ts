import type { IndexKey, RowKey } from './row-key.ts'

/** IndexedDB's order of keys: numbers before text before lists; lists member by member, the shorter first. */
export function compareKeys(left: IndexKey, right: IndexKey): number {
  if (isList(left) && isList(right)) return compareLists(left, right)
  const byKind = kindOf(left) - kindOf(right)
  if (byKind !== 0) return byKind
  return left === right ? 0 : left < right ? -1 : 1
}

function compareLists(left: readonly RowKey[], right: readonly RowKey[]): number {
  for (const [index, member] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    const order = compareKeys(member, other)
    if (order !== 0) return order
  }
  return left.length - right.length
}

function isList(key: IndexKey): key is readonly RowKey[] {
  return typeof key === 'object'
}

function kindOf(key: IndexKey): number {
  if (typeof key === 'number') return 0
  return typeof key === 'string' ? 1 : 2
}
