import { createEncoder, type Encoder, toUint8Array, writeUint8Array, writeVarUint } from 'lib0/encoding'
import { normalizeRanges } from './clock-ranges.ts'
import { writeCutStruct } from './cut-struct.ts'
import { writeDeleteSet } from './delete-set.ts'
import { readState } from './state-reader.ts'
import type { StructReader } from './struct-reader.ts'

/** The structs of one client that a peer lacks. */
interface Lack {
  readonly client: number
  readonly fromClock: number
  /** The first one, cut where the peer has its left part; empty where nothing is cut. */
  readonly cut: Uint8Array
  readonly from: number
  readonly structCount: number
  to: number
}

/**
 * What a peer with this state vector lacks of a state, with the whole delete set, which no state vector tells about.
 * A struct that straddles the peer's clock is cut there, so that nothing it has is said twice.
 */
export function diffState(state: Uint8Array, stateVector: ReadonlyMap<number, number>): Uint8Array {
  const lacks: Lack[] = []
  let lack: Lack | undefined
  let structsLeft = 0
  let peerClock = 0
  const deletes = readState(state, {
    enterSection: (reader, structCount) => {
      lack = undefined
      structsLeft = structCount
      peerClock = stateVector.get(reader.client) ?? 0
    },
    visitStruct: (reader) => {
      if (lack === undefined && reader.clock + reader.length > peerClock) lack = beginLack(reader, peerClock, structsLeft)
      structsLeft -= 1
    },
    leaveSection: (reader) => {
      if (lack === undefined) return
      lack.to = reader.position
      lacks.push(lack)
    },
  })
  const encoder = createEncoder()
  writeVarUint(encoder, lacks.length)
  for (const one of lacks) writeLack(encoder, state, one)
  writeDeleteSet(
    encoder,
    deletes.map(({ client, ranges }) => ({ client, ranges: normalizeRanges(ranges) })),
  )
  return toUint8Array(encoder)
}

function beginLack(reader: StructReader, peerClock: number, structCount: number): Lack {
  const { client, clock } = reader
  const offset = peerClock - clock
  if (offset <= 0)
    return { client, fromClock: clock, cut: new Uint8Array(0), from: reader.start, structCount, to: reader.position }
  const encoder = createEncoder()
  writeCutStruct(encoder, reader, offset)
  return { client, fromClock: peerClock, cut: toUint8Array(encoder), from: reader.position, structCount, to: reader.position }
}

function writeLack(encoder: Encoder, state: Uint8Array, lack: Lack): void {
  writeVarUint(encoder, lack.structCount)
  writeVarUint(encoder, lack.client)
  writeVarUint(encoder, lack.fromClock)
  writeUint8Array(encoder, lack.cut)
  writeUint8Array(encoder, state.subarray(lack.from, lack.to))
}
