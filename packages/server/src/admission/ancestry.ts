import { type ClockRanges, hasClock } from './clock-ranges.ts'
import { contentRef, hasOwnPlace, isItem, isLiveRun, structFlag, type StructReader } from './struct-reader.ts'

/**
 * Structs in a table, client after client, each with the one other struct that settles where it lies: its parent, or the
 * neighbour whose parent it shares. Columns instead of objects, because a long offline edit has hundreds of thousands of rows.
 */
export interface StructTable {
  readonly clocks: number[]
  /** By client: the rows of its structs, from, to (exclusive). */
  readonly rowsByClient: Map<number, { readonly from: number; to: number }>
  readonly baseClients: number[]
  /** -1 where the struct lies in a root, and for a struct that lies nowhere. */
  readonly baseClocks: number[]
  readonly traits: number[]
}

/** Where the structs of a table lie, row by row. */
export interface Ancestry {
  /** 1 where the struct is (or was) the value of a map key. */
  readonly isKeyed: Uint8Array
  /** In how many types of this table the struct lies, itself included if it is a type. */
  readonly depths: Int32Array
}

/** `isType` is 1, so that it can be added to a depth. */
const trait = { isType: 1, namesParent: 2, namesKey: 4, isLiveRun: 8 } as const

export function createStructTable(): StructTable {
  return { clocks: [], rowsByClient: new Map(), baseClients: [], baseClocks: [], traits: [] }
}

/** Appends the reader's struct; one that begins before `known` is taken as cut there, following its own left part. */
export function addStruct(table: StructTable, reader: StructReader, known: number): void {
  const row = table.clocks.length
  const rows = table.rowsByClient.get(reader.client)
  if (rows === undefined) table.rowsByClient.set(reader.client, { from: row, to: row + 1 })
  else rows.to = row + 1
  table.clocks.push(Math.max(reader.clock, known))
  const isCut = reader.clock < known && isItem(reader)
  const namesParent = !isCut && hasOwnPlace(reader)
  const namesKey = namesParent && (reader.info & structFlag.parentSub) !== 0
  table.traits.push(
    (reader.ref === contentRef.type ? trait.isType : 0) |
      (namesParent ? trait.namesParent : 0) |
      (namesKey ? trait.namesKey : 0) |
      (isLiveRun(reader) ? trait.isLiveRun : 0),
  )
  if (isCut) pushBase(table, reader.client, known - 1)
  else if (namesParent) pushBase(table, reader.parentClient, reader.parentClock)
  else if (reader.originClock >= 0) pushBase(table, reader.originClient, reader.originClock)
  else pushBase(table, reader.rightClient, reader.rightClock)
}

/** Follows the chains of bases iteratively, each link once. Bases outside of the table are looked up in the known map entries. */
export function settleAncestry(table: StructTable, knownKeyed: ClockRanges): Ancestry {
  const rowCount = table.clocks.length
  const bases = findBases(table)
  const ancestry: Ancestry = { isKeyed: new Uint8Array(rowCount), depths: new Int32Array(rowCount).fill(-1) }
  const { depths } = ancestry
  const path: number[] = []
  for (let row = 0; row < rowCount; row++) {
    let next = row
    while (depths[next] === -1) {
      const base = bases[next] ?? -1
      // Provisional, so that a circle of references (which is not admissible) ends the walk.
      depths[next] = 0
      path.push(next)
      if (base < 0) break
      next = base
    }
    for (let current = path.pop(); current !== undefined; current = path.pop()) {
      const base = bases[current] ?? -1
      if (base < 0) settleBySelf(table, knownKeyed, ancestry, current)
      else settleByBase(table, ancestry, current, base)
    }
  }
  return ancestry
}

/** Whether the struct of this row holds several values, between which Yjs may split it, where only single values may stand. */
export function isKeyedRun(table: StructTable, ancestry: Ancestry, row: number): boolean {
  return ancestry.isKeyed[row] === 1 && ((table.traits[row] ?? 0) & trait.isLiveRun) !== 0
}

function settleBySelf(table: StructTable, knownKeyed: ClockRanges, ancestry: Ancestry, row: number): void {
  const traits = table.traits[row] ?? 0
  const namesParent = (traits & trait.namesParent) !== 0
  const isKeyed = namesParent
    ? (traits & trait.namesKey) !== 0
    : hasClock(knownKeyed, table.baseClients[row] ?? 0, table.baseClocks[row] ?? -1)
  ancestry.isKeyed[row] = isKeyed ? 1 : 0
  ancestry.depths[row] = traits & trait.isType
}

function settleByBase(table: StructTable, ancestry: Ancestry, row: number, base: number): void {
  const traits = table.traits[row] ?? 0
  const baseDepth = ancestry.depths[base] ?? 0
  if ((traits & trait.namesParent) !== 0) {
    ancestry.isKeyed[row] = (traits & trait.namesKey) !== 0 ? 1 : 0
    ancestry.depths[row] = baseDepth + (traits & trait.isType)
  } else {
    // A neighbour that is a type counts itself in its depth, and this struct does not lie in it.
    const neighbourOwnDepth = (table.traits[base] ?? 0) & trait.isType
    ancestry.isKeyed[row] = ancestry.isKeyed[base] ?? 0
    ancestry.depths[row] = Math.max(0, baseDepth - neighbourOwnDepth) + (traits & trait.isType)
  }
}

function pushBase(table: StructTable, client: number, clock: number): void {
  table.baseClients.push(client)
  table.baseClocks.push(clock)
}

/** By row, the row of the struct that settles where it lies; -1 where that is not in the table. */
function findBases(table: StructTable): Int32Array {
  const bases = new Int32Array(table.clocks.length).fill(-1)
  for (let row = 0; row < bases.length; row++) {
    const clock = table.baseClocks[row] ?? -1
    if (clock >= 0) bases[row] = findRow(table, table.baseClients[row] ?? 0, clock)
  }
  return bases
}

/** Row of the struct with this clock, or -1. */
function findRow(table: StructTable, client: number, clock: number): number {
  const rows = table.rowsByClient.get(client)
  if (rows === undefined || clock < (table.clocks[rows.from] ?? 0)) return -1
  let low = rows.from
  let high = rows.to
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if ((table.clocks[middle] ?? 0) <= clock) low = middle
    else high = middle
  }
  return low
}
