import { createEncoder, toUint8Array, writeVarUint } from 'lib0/encoding'
import { createByteCursor, readCount, readVarUint } from './byte-cursor.ts'

/** Clocks by client, or `undefined` where the bytes are not a state vector of at most so many entries. Takes any bytes. */
export function decodeStateVector(bytes: Uint8Array, entriesMax: number): Map<number, number> | undefined {
  const cursor = createByteCursor(bytes)
  const count = readCount(cursor, 2)
  if (count > entriesMax) return undefined
  const clocks = new Map<number, number>()
  for (let index = 0; index < count && cursor.problem === undefined; index++) clocks.set(readVarUint(cursor), readVarUint(cursor))
  const isStateVector = cursor.problem === undefined && cursor.position === cursor.end && clocks.size === count
  return isStateVector ? clocks : undefined
}

export function encodeStateVector(clocks: ReadonlyMap<number, number>): Uint8Array {
  const encoder = createEncoder()
  writeVarUint(encoder, clocks.size)
  for (const [client, clock] of clocks) {
    writeVarUint(encoder, client)
    writeVarUint(encoder, clock)
  }
  return toUint8Array(encoder)
}
