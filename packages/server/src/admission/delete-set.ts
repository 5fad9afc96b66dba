import { type Encoder, writeVarUint } from 'lib0/encoding'
import { type ByteCursor, fail, readCount, readVarUint } from './byte-cursor.ts'
import { covers } from './clock-ranges.ts'

/** What a delete set says about one client: clocks as start, end, in the order and overlap of the bytes. */
export interface ClientDeletes {
  readonly client: number
  readonly ranges: number[]
}

/** Reads a whole delete set; empty ranges are left out. */
export function readDeleteSet(cursor: ByteCursor): readonly ClientDeletes[] {
  const entries: ClientDeletes[] = []
  readDeletingClients(cursor, (client, rangeCount) => {
    const ranges = readRanges(cursor, rangeCount, { known: undefined, rangesMax: Number.POSITIVE_INFINITY })
    if (ranges.length > 0) entries.push({ client, ranges })
  })
  return entries
}

/** Calls `read` at each client of a delete set, with the cursor before its ranges. */
export function readDeletingClients(cursor: ByteCursor, read: (client: number, rangeCount: number) => void): void {
  const clientCount = readCount(cursor, 2)
  const clients = clientCount > 1 ? new Set<number>() : undefined
  for (let index = 0; index < clientCount && cursor.problem === undefined; index++) {
    const client = readVarUint(cursor)
    if (clients?.has(client)) fail(cursor, 'a client is listed twice in the delete set')
    clients?.add(client)
    read(client, readCount(cursor, 2))
  }
}

export interface RangeBounds {
  /** Ranges within these are left out. */
  readonly known: readonly number[] | undefined
  /** One more than so many are kept, to be noticed; what follows is not read. */
  readonly rangesMax: number
}

/** Reads ranges; empty ones are left out. */
export function readRanges(cursor: ByteCursor, rangeCount: number, { known, rangesMax }: RangeBounds): number[] {
  const ranges: number[] = []
  for (let index = 0; index < rangeCount && cursor.problem === undefined && ranges.length <= rangesMax * 2; index++) {
    const start = readVarUint(cursor)
    const length = readVarUint(cursor)
    const end = start + length
    if (length > Number.MAX_SAFE_INTEGER - start) fail(cursor, 'a deleted clock is larger than 2^53 - 1')
    else if (length > 0 && (known === undefined || !covers(known, start, end))) ranges.push(start, end)
  }
  return ranges
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
