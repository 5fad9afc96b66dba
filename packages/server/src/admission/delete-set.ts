import { type Encoder, writeVarUint } from 'lib0/encoding'
import { type ByteCursor, fail, readCount, readVarUint } from './byte-cursor.ts'
import { type ClockRanges, covers } from './clock-ranges.ts'

/** What a delete set says about one client: clocks as start, end, in the order and overlap of the bytes. */
export interface ClientDeletes {
  readonly client: number
  readonly ranges: number[]
}

export interface DeleteSet {
  readonly entries: readonly ClientDeletes[]
  /** Some ranges were left out, because they are empty or known already. */
  readonly hasOmitted: boolean
}

/** What to leave out of a delete set while it is read, and how much of it to keep. */
export interface DeleteSetBounds {
  /** Ranges within these are left out: every step 2 repeats the deletes of a whole life. */
  readonly known: ClockRanges
  readonly clientsMax: number
  readonly rangesMax: number
}

/** Reads a whole delete set; past its bounds, the cursor has a problem. */
export function readDeleteSet(cursor: ByteCursor, bounds?: DeleteSetBounds): DeleteSet {
  const clientCount = readCount(cursor, 2)
  if (clientCount > (bounds?.clientsMax ?? Number.POSITIVE_INFINITY))
    fail(cursor, 'the update deletes of more clients than there can be')
  const entries: ClientDeletes[] = []
  const clients = clientCount > 1 ? new Set<number>() : undefined
  let hasOmitted = false
  let rangesLeft = bounds?.rangesMax ?? Number.POSITIVE_INFINITY
  for (let index = 0; index < clientCount && cursor.problem === undefined; index++) {
    const client = readVarUint(cursor)
    if (clients?.has(client)) fail(cursor, 'a client is listed twice in the delete set')
    clients?.add(client)
    const rangeCount = readCount(cursor, 2)
    const ranges = readRanges(cursor, rangeCount, bounds?.known.get(client))
    rangesLeft -= ranges.length / 2
    if (rangesLeft < 0) fail(cursor, 'the update deletes more ranges than it may')
    if (ranges.length < rangeCount * 2 || rangeCount === 0) hasOmitted = true
    if (ranges.length > 0) entries.push({ client, ranges })
  }
  return { entries, hasOmitted }
}

export function writeDeleteSet(encoder: Encoder, entries: readonly ClientDeletes[]): void {
  writeVarUint(encoder, entries.length)
  for (const { client, ranges } of entries) {
    writeVarUint(encoder, client)
    writeVarUint(encoder, ranges.length / 2)
    for (let index = 0; index < ranges.length; index += 2) {
      const start = ranges[index] ?? 0
      writeVarUint(encoder, start)
      writeVarUint(encoder, (ranges[index + 1] ?? 0) - start)
    }
  }
}

function readRanges(cursor: ByteCursor, rangeCount: number, known: readonly number[] | undefined): number[] {
  const ranges: number[] = []
  for (let index = 0; index < rangeCount && cursor.problem === undefined; index++) {
    const start = readVarUint(cursor)
    const length = readVarUint(cursor)
    const end = start + length
    if (length > Number.MAX_SAFE_INTEGER - start) fail(cursor, 'a deleted clock is larger than 2^53 - 1')
    else if (length > 0 && (known === undefined || !covers(known, start, end))) ranges.push(start, end)
  }
  return ranges
}
