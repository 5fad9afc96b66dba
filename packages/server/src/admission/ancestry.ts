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
  table.clocks.push(reader.clock)
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
  const ancestry: Ancestry = { isKeyed: new Uint8Array(rowCount), depths: new Int32Array(rowCount).fill(-1) }
  const path: number[] = []
  for (let row = 0; row < rowCount; row++) {
    for (let next = row; next >= 0 && ancestry.depths[next] === -1; next = findBase(table, next)) {
      // Provisional, so that a circle of references (which is not admissible) ends the walk.
      ancestry.depths[next] = 0
      path.push(next)
    }
    for (let current = path.pop(); current !== undefined; current = path.pop()) settleRow(table, knownKeyed, ancestry, current)
  }
  return ancestry
}

/** Whether the struct of this row holds several values, between which Yjs may split it, where only single values may stand. */
export function isKeyedRun(table: StructTable, ancestry: Ancestry, row: number): boolean {
  return ancestry.isKeyed[row] === 1 && ((table.traits[row] ?? 0) & trait.isLiveRun) !== 0
}

function settleRow(table: StructTable, knownKeyed: ClockRanges, ancestry: Ancestry, row: number): void {
  const traits = table.traits[row] ?? 0
  const base = findBase(table, row)
  const baseDepth = ancestry.depths[base] ?? 0
  const ownDepth = (traits & trait.isType) === 0 ? 0 : 1
  if ((traits & trait.namesParent) !== 0) {
    ancestry.isKeyed[row] = (traits & trait.namesKey) === 0 ? 0 : 1
    ancestry.depths[row] = baseDepth + ownDepth
  } else if (base >= 0) {
    // A neighbour that is a type counts itself in its depth, and this struct does not lie in it.
    const neighbourDepth = ((table.traits[base] ?? 0) & trait.isType) === 0 ? 0 : 1
    ancestry.isKeyed[row] = ancestry.isKeyed[base] ?? 0
    ancestry.depths[row] = Math.max(0, baseDepth - neighbourDepth) + ownDepth
  } else {
    ancestry.isKeyed[row] = hasClock(knownKeyed, table.baseClients[row] ?? 0, table.baseClocks[row] ?? -1) ? 1 : 0
    ancestry.depths[row] = ownDepth
  }
}

function pushBase(table: StructTable, client: number, clock: number): void {
  table.baseClients.push(client)
  table.baseClocks.push(clock)
}

/** Row of the struct that settles where the struct of this row lies; -1 where that is not in the table. */
function findBase(table: StructTable, row: number): number {
  const clock = table.baseClocks[row] ?? -1
  const rows = clock < 0 ? undefined : table.rowsByClient.get(table.baseClients[row] ?? 0)
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
