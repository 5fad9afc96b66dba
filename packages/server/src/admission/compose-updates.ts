import { createEncoder, type Encoder, toUint8Array, writeUint8Array, writeVarUint } from 'lib0/encoding'
import { normalizeRanges } from './clock-ranges.ts'
import { writeDeleteSet } from './delete-set.ts'
import { readState } from './state-reader.ts'
import type { StructReader } from './struct-reader.ts'

/** All structs of one client, as pieces of the updates that brought them. */
interface ClientStructs {
  readonly client: number
  readonly firstClock: number
  nextClock: number
  structCount: number
  readonly pieces: Uint8Array[]
}

/**
 * One update that holds all of these, which were admitted in this order: each client's structs go on where the update before
 * ended, so their bytes are copied one behind the other. No `Y.Doc`, and not `mergeUpdates`, which sorts its inputs anew for
 * every struct. Throws where the updates do not go on from one another.
 */
export function composeUpdates(updates: readonly Uint8Array[]): Uint8Array {
  const structsByClient = new Map<number, ClientStructs>()
  const rangesByClient = new Map<number, number[]>()
  for (const update of updates) collect(update, structsByClient, rangesByClient)

  const encoder = createEncoder()
  writeVarUint(encoder, structsByClient.size)
  // Larger ids first, as Yjs writes them: it integrates concurrent inserts in that order with less work.
  for (const structs of [...structsByClient.values()].sort((a, b) => b.client - a.client)) writeStructs(encoder, structs)
  const clients = [...rangesByClient.keys()].sort((a, b) => b - a)
  writeDeleteSet(
    encoder,
    clients.map((client) => ({ client, ranges: normalizeRanges(rangesByClient.get(client) ?? []) })),
  )
  return toUint8Array(encoder)
}

function collect(update: Uint8Array, structsByClient: Map<number, ClientStructs>, rangesByClient: Map<number, number[]>): void {
  let structs: ClientStructs | undefined
  let start = 0
  const entries = readState(update, {
    enterSection: (reader, structCount) => {
      start = reader.position
      structs = structCount === 0 ? undefined : extend(structsByClient, reader, structCount)
    },
    leaveSection: (reader) => {
      if (structs === undefined) return
      structs.pieces.push(update.subarray(start, reader.position))
      structs.nextClock = reader.clock + reader.length
    },
  })
  for (const { client, ranges } of entries) {
    const collected = rangesByClient.get(client)
    if (collected === undefined) rangesByClient.set(client, ranges)
    else for (const bound of ranges) collected.push(bound)
  }
}

function extend(structsByClient: Map<number, ClientStructs>, reader: StructReader, structCount: number): ClientStructs {
  const { client, clock } = reader
  const structs = structsByClient.get(client) ?? { client, firstClock: clock, nextClock: clock, structCount: 0, pieces: [] }
  if (structs.nextClock !== clock) throw new Error('updates do not go on from one another')
  structs.structCount += structCount
  structsByClient.set(client, structs)
  return structs
}

function writeStructs(encoder: Encoder, structs: ClientStructs): void {
  writeVarUint(encoder, structs.structCount)
  writeVarUint(encoder, structs.client)
  writeVarUint(encoder, structs.firstClock)
  for (const piece of structs.pieces) writeUint8Array(encoder, piece)
}
