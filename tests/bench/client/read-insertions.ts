import { readVarUint } from './var-uint.ts'

/** `length` characters of `client` from `clock` on. */
export type InsertionListener = (client: number, clock: number, length: number) => void

const contentString = 4
const structGc = 0
const structSkip = 10

/**
 * Calls back for every run of typed characters in a Yjs V1 update, joined or single: so servers that merge several updates
 * into one frame are credited with all of them. Knows only what the load sends (strings, GC, gaps); throws on anything else.
 */
export function readInsertions(bytes: Uint8Array, start: number, listener: InsertionListener): void {
  position = start
  const blocks = next(bytes)
  for (let block = 0; block < blocks; block += 1) {
    const structs = next(bytes)
    const client = next(bytes)
    let clock = next(bytes)
    for (let struct = 0; struct < structs; struct += 1) {
      const info = bytes[position++] ?? 0
      const type = info & 31
      let length: number
      if (type === structGc || type === structSkip) {
        length = next(bytes)
      } else if (type === contentString) {
        skipOrigins(bytes, info)
        length = readString(bytes)
      } else {
        throw new Error(`the load never sends content of type ${type}`)
      }
      if (type === contentString) listener(client, clock, length)
      clock += length
    }
  }
}

/** Of the update being read. A module variable because this runs a million times a second. */
let position = 0

function next(bytes: Uint8Array): number {
  const first = bytes[position] ?? 0
  if (first < 128) {
    position += 1
    return first
  }
  const value = readVarUint(bytes, position)
  while ((bytes[position++] ?? 0) > 127);
  return value
}

function skipOrigins(bytes: Uint8Array, info: number): void {
  const hasOrigin = (info & 0x80) !== 0
  const hasRightOrigin = (info & 0x40) !== 0
  if (hasOrigin) skip(bytes, 2)
  if (hasRightOrigin) skip(bytes, 2)
  if (hasOrigin || hasRightOrigin) return
  const isRoot = next(bytes) === 1
  if (isRoot) readString(bytes)
  else skip(bytes, 2)
  if ((info & 0x20) !== 0) readString(bytes)
}

function skip(bytes: Uint8Array, count: number): void {
  for (let index = 0; index < count; index += 1) next(bytes)
}

/** Skips a string of single-byte characters; returns how many. */
function readString(bytes: Uint8Array): number {
  const length = next(bytes)
  position += length
  return length
}
