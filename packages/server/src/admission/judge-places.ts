import { addStruct, type Ancestry, createStructTable, hasKeyedRun, settleAncestry, type StructTable } from './ancestry.ts'
import { appendRange } from './clock-ranges.ts'
import type { Section, UpdateScan } from './scan-update.ts'
import { createStructReader, readStruct } from './struct-reader.ts'

/**
 * Judges where new structs lie; returns what is wrong, or `undefined`. Two things would break Yjs later, on every replica:
 * types nested so deeply that deleting the outermost overflows the stack; and a run of values under a map key, which an edit
 * in its middle splits into a part that deleting the map misses, so that collecting the garbage throws.
 */
export function judgePlaces(scan: UpdateScan, update: Uint8Array, typeDepthMax: number): string | undefined {
  const mayNestTooDeep = scan.typeCount > typeDepthMax
  // Beside a struct of another client that is new as well: only the whole update tells whether that one has a key.
  const isKeyedUnclear = scan.hasNeeds && (scan.hasKeys || scan.known.keyed.size > 0)
  if (mayNestTooDeep || isKeyedUnclear) {
    const table = tabulate(scan, update)
    const ancestry = settleAncestry(table, scan.known.keyed)
    if (ancestry.depths.some((depth) => depth > typeDepthMax)) return `the update nests types deeper than ${typeDepthMax}`
    if (hasKeyedRun(table, ancestry)) scan.hasKeyedRun = true
    for (const section of scan.sections) section.keyed = collectKeyed(section, table, ancestry)
  }
  return scan.hasKeyedRun ? 'a map key has a run of several values' : undefined
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

function collectKeyed(section: Section, table: StructTable, ancestry: Ancestry): number[] | undefined {
  const keyed: number[] = []
  const { from, to } = table.rowsByClient.get(section.client) ?? { from: 0, to: 0 }
  for (let row = from; row < to; row++) {
    if (ancestry.isKeyed[row] !== 1) continue
    const end = row + 1 < to ? (table.clocks[row + 1] ?? 0) : section.endClock
    appendRange(keyed, Math.max(table.clocks[row] ?? 0, section.known), end)
  }
  return keyed.length > 0 ? keyed : undefined
}
