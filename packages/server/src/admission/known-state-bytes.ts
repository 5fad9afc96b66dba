import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import type { ClockRanges } from './clock-ranges.ts'
import type { KnownState } from './known-state.ts'

/**
 * A known state as bytes, kept beside a snapshot so that opening a document need not read through all of it. Clients and their clocks; then, for
 * deletes and for keyed clocks, clients and their ranges as distances: from the end of the range before, and its length.
 */
export function encodeKnownState(known: KnownState): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, known.clocks.size)
  for (const [client, clock] of known.clocks) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, clock)
  }
  writeRanges(encoder, known.deletes)
  writeRanges(encoder, known.keyed)
  return encoding.toUint8Array(encoder)
}

/** Throws where the bytes are no known state. */
export function decodeKnownState(bytes: Uint8Array): KnownState {
  const decoder = decoding.createDecoder(bytes)
  const clocks = new Map<number, number>()
  for (let left = decoding.readVarUint(decoder); left > 0; left--)
    clocks.set(decoding.readVarUint(decoder), decoding.readVarUint(decoder))
  const known = { clocks, deletes: readRanges(decoder), keyed: readRanges(decoder) }
  if (decoding.hasContent(decoder)) throw new Error('a known state goes on after its end')
  return known
}

function writeRanges(encoder: encoding.Encoder, set: ClockRanges): void {
  encoding.writeVarUint(encoder, set.size)
  for (const [client, ranges] of set) {
    encoding.writeVarUint(encoder, client)
    encoding.writeVarUint(encoder, ranges.length)
    let last = 0
    for (const clock of ranges) {
      encoding.writeVarUint(encoder, clock - last)
      last = clock
    }
  }
}

function readRanges(decoder: decoding.Decoder): ClockRanges {
  const set: ClockRanges = new Map()
  for (let left = decoding.readVarUint(decoder); left > 0; left--) {
    const client = decoding.readVarUint(decoder)
    const ranges: number[] = []
    let last = 0
    for (let bounds = decoding.readVarUint(decoder); bounds > 0; bounds--) ranges.push((last += decoding.readVarUint(decoder)))
    set.set(client, ranges)
  }
  return set
}
