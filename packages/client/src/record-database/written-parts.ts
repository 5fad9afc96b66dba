import { RangeSet, type IntervalTree } from 'dexie'
import type { RowKey } from './row-key.ts'
import type { ChangedParts } from './read-footprint.ts'
import { runsOf } from './key-runs.ts'
import { WrittenRows, type WrittenKind } from './written-rows.ts'

/**
 * Dexie names the keys of small writes only, and of none that an index is not told of. What was written travels beside its own word, over the same way to all
 * tabs, under tables that there are not.
 */
export function toParts(databaseName: string, written: WrittenRows): ChangedParts {
  const prefix = prefixOf(databaseName)
  if (written.isEverything) return { [`${prefix}everything/`]: new RangeSet(0) }
  return Object.fromEntries([...written.parts()].map(([part, keys]) => [`${prefix}${part}`, rangesOf([...keys])]))
}

/** `undefined` where nothing is said of this database's rows. */
export function fromParts(databaseName: string, parts: ChangedParts): WrittenRows | undefined {
  const prefix = prefixOf(databaseName)
  const written = new WrittenRows()
  for (const [part, tree] of Object.entries(parts)) {
    // A page that was put away and is shown again missed what was told meanwhile; and a database that was just made is an empty one.
    if (part === 'all' || part === `idb://${databaseName}/identity/` || part === `${prefix}everything/`) written.addEverything()
    else if (part.startsWith(prefix)) addTo(written, part.slice(prefix.length), tree)
  }
  return written.isEmpty ? undefined : written
}

function prefixOf(databaseName: string): string {
  return `idb://${databaseName}/#`
}

function rangesOf(keys: readonly RowKey[]): RangeSet {
  const { runs, others } = runsOf(keys)
  const ranges = new RangeSet().addKeys([...others])
  for (const [from, to] of runs) ranges.add({ from, to })
  return ranges
}

const kinds: readonly string[] = ['confirmedA', 'confirmedB', 'entries', 'deletedEntries'] satisfies WrittenKind[]

function addTo(written: WrittenRows, part: string, tree: IntervalTree): void {
  const [kind = '', entityType = ''] = part.split('/')
  if (isKind(kind)) for (const key of keysIn(tree)) written.add(kind, entityType, key)
}

function isKind(kind: string): kind is WrittenKind {
  return kinds.includes(kind)
}

/** As it came from another tab it is data without its methods. */
function* keysIn(tree: IntervalTree | null | undefined): Iterable<RowKey> {
  if (tree === null || tree === undefined || !('from' in tree)) return
  const { from, to, l, r } = tree
  yield* keysIn(l)
  if (typeof from === 'number' && typeof to === 'number') for (let key = from; key <= to; key++) yield key
  else if (typeof from === 'string') yield from
  yield* keysIn(r)
}
