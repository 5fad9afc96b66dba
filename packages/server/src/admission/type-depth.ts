import type { Section, UpdateScan } from './scan-update.ts'
import { contentRef, createStructReader, readStruct, type StructReader } from './struct-reader.ts'

/** The new structs of an update in one table, section after section. */
interface StructTable {
  /** First clock of each struct. */
  readonly clocks: number[]
  /** By client: the rows of its structs, from, to (exclusive). */
  readonly rowsByClient: Map<number, readonly [from: number, to: number]>
  /** The struct that settles where this one lies: its parent, or a neighbour. A clock of -1 where it names a root. */
  readonly baseClients: number[]
  readonly baseClocks: number[]
  /** 1 where the base is the parent, and the struct therefore lies one type deeper. */
  readonly steps: number[]
  /** 1 where the struct is a type itself. */
  readonly types: number[]
}

/**
 * Whether the new types of an update stand inside one another more than `depthMax` deep. Types that were known before do not
 * count. A struct lies in the type of its parent, or in that of the neighbour it names, so each has one struct that it depends
 * on; the chains are followed iteratively and each link once.
 */
export function nestsDeeperThan(scan: UpdateScan, update: Uint8Array, depthMax: number): boolean {
  const table = tabulate(scan.sections, update)
  /** How many new types each struct lies in; -1 where that is not settled. */
  const depths = new Int32Array(table.clocks.length).fill(-1)
  const path: number[] = []
  for (let row = 0; row < depths.length; row++) {
    for (let next = row; next >= 0 && depths[next] === -1; next = findBase(table, next)) {
      // Provisional, so that a circle of references (which is not admissible) ends the walk.
      depths[next] = 0
      path.push(next)
    }
    for (let current = path.pop(); current !== undefined; current = path.pop()) {
      const base = findBase(table, current)
      const depth = base < 0 ? 0 : (depths[base] ?? 0) + (table.steps[current] ?? 0)
      if (depth + (table.types[current] ?? 0) > depthMax) return true
      depths[current] = depth
    }
  }
  return false
}

function tabulate(sections: readonly Section[], update: Uint8Array): StructTable {
  const table: StructTable = { clocks: [], rowsByClient: new Map(), baseClients: [], baseClocks: [], steps: [], types: [] }
  const reader = createStructReader(update, undefined)
  for (const section of sections) {
    const from = table.clocks.length
    reader.client = section.client
    reader.clock = section.firstClock
    reader.length = 0
    reader.position = section.firstOffset
    while (reader.position < section.endOffset) {
      readStruct(reader)
      addRow(table, reader)
    }
    table.rowsByClient.set(section.client, [from, table.clocks.length])
  }
  return table
}

function addRow(table: StructTable, reader: StructReader): void {
  table.clocks.push(reader.clock)
  table.types.push(reader.ref === contentRef.type ? 1 : 0)
  table.steps.push(reader.parentClock >= 0 ? 1 : 0)
  if (reader.parentClock >= 0) pushBase(table, reader.parentClient, reader.parentClock)
  else if (reader.originClock >= 0) pushBase(table, reader.originClient, reader.originClock)
  else pushBase(table, reader.rightClient, reader.rightClock)
}

function pushBase(table: StructTable, client: number, clock: number): void {
  table.baseClients.push(client)
  table.baseClocks.push(clock)
}

/** Row of the struct that settles where the struct of this row lies; -1 where that one is known or a root. */
function findBase(table: StructTable, row: number): number {
  const clock = table.baseClocks[row] ?? -1
  const rows = clock < 0 ? undefined : table.rowsByClient.get(table.baseClients[row] ?? 0)
  if (rows === undefined || rows[0] === rows[1] || clock < (table.clocks[rows[0]] ?? 0)) return -1
  let low = rows[0]
  let high = rows[1]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((table.clocks[middle] ?? 0) <= clock) low = middle
    else high = middle
  }
  return low
}
