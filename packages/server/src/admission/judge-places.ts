import { addStruct, type Ancestry, createStructTable, isKeyedRun, settleAncestry, type StructTable } from './ancestry.ts'
import { appendRange, collectMissing } from './clock-ranges.ts'
import type { ClientDeletes } from './delete-set.ts'
import type { Section, UpdateScan } from './scan-update.ts'
import { createStructReader, readStruct } from './struct-reader.ts'

/**
 * Settles where new structs lie. `false` where types stand inside one another deeper than so: deleting the outermost would
 * overflow the stack of every replica, long after the update was stored.
 */
export function settlePlaces(scan: UpdateScan, update: Uint8Array, typeDepthMax: number): boolean {
  const mayNestTooDeep = scan.typeCount > typeDepthMax
  // Beside a struct of another client that is new as well: only the whole update tells whether that one has a key.
  const isKeyedUnclear = scan.hasNeeds && (scan.hasKeys || scan.known.keyed.size > 0)
  if (!mayNestTooDeep && !isKeyedUnclear) return true
  const table = tabulate(scan, update)
  const ancestry = settleAncestry(table, scan.known.keyed)
  for (const section of scan.sections) takeKeyed(section, table, ancestry)
  return ancestry.depths.every((depth) => depth <= typeDepthMax)
}

/**
 * Whether a run of several values stands under a map key. An edit in its middle splits it into a part that deleting the map
 * misses, and collecting the garbage throws on every replica, ever after. Clients that keep deleted content do send such
 * runs, each deleted as a whole by the same update: those are harmless.
 */
export function hasLiveKeyedRun(sections: readonly Section[], freshDeletes: readonly ClientDeletes[]): boolean {
  return sections.some(({ client, keyedRuns, endClock }) => {
    if (keyedRuns === undefined) return false
    const deletes = freshDeletes.find((entry) => entry.client === client)?.ranges
    const live: number[] = []
    for (let index = 0; index < keyedRuns.length; index += 2) {
      collectMissing(deletes, { start: keyedRuns[index] ?? 0, end: Math.min(keyedRuns[index + 1] ?? 0, endClock) }, live)
    }
    return live.length > 0
  })
}

function tabulate(scan: UpdateScan, update: Uint8Array): StructTable {
  const table = createStructTable()
  for (const section of scan.sections) {
    const reader = createStructReader(update, undefined)
    reader.client = section.client
    reader.clock = section.firstClock
    reader.position = section.firstOffset
    while (section.endCount > 0 && reader.position < section.endOffset) {
      readStruct(reader)
      addStruct(table, reader, section.known)
    }
  }
  return table
}

function takeKeyed(section: Section, table: StructTable, ancestry: Ancestry): void {
  section.keyed = undefined
  section.keyedRuns = undefined
  const { from, to } = table.rowsByClient.get(section.client) ?? { from: 0, to: 0 }
  for (let row = from; row < to; row++) {
    if (ancestry.isKeyed[row] !== 1) continue
    const start = Math.max(table.clocks[row] ?? 0, section.known)
    const end = row + 1 < to ? (table.clocks[row + 1] ?? 0) : section.endClock
    appendRange((section.keyed ??= []), start, end)
    if (isKeyedRun(table, ancestry, row)) appendRange((section.keyedRuns ??= []), start, end)
  }
}
