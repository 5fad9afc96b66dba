import { type Encoder, writeVarUint } from 'lib0/encoding'
import { type ByteCursor, fail, readCount, readVarUint } from './byte-cursor.ts'

/** What a delete set says about one client: clocks as start, end, in the order and overlap of the bytes. */
export interface ClientDeletes {
  readonly client: number
  readonly ranges: number[]
}

/** Reads a whole delete set. Empty ranges, which delete nothing, are left out and noted. */
export function readDeleteSet(cursor: ByteCursor): { readonly entries: readonly ClientDeletes[]; readonly hasEmpty: boolean } {
  const clientCount = readCount(cursor, 2)
  const entries: ClientDeletes[] = []
  const clients = clientCount > 1 ? new Set<number>() : undefined
  let hasEmpty = false
  for (let index = 0; index < clientCount && cursor.problem === undefined; index++) {
    const client = readVarUint(cursor)
    if (clients?.has(client)) fail(cursor, 'a client is listed twice in the delete set')
    clients?.add(client)
    const rangeCount = readCount(cursor, 2)
    const ranges = readRanges(cursor, rangeCount)
    if (ranges.length < rangeCount * 2 || rangeCount === 0) hasEmpty = true
    if (ranges.length > 0) entries.push({ client, ranges })
  }
  return { entries, hasEmpty }
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

function readRanges(cursor: ByteCursor, rangeCount: number): number[] {
  const ranges: number[] = []
  for (let index = 0; index < rangeCount && cursor.problem === undefined; index++) {
    const start = readVarUint(cursor)
    const length = readVarUint(cursor)
    if (length > Number.MAX_SAFE_INTEGER - start) fail(cursor, 'a deleted clock is larger than 2^53 - 1')
    else if (length > 0) ranges.push(start, start + length)
  }
  return ranges
}
