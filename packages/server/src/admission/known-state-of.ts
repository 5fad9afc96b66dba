import { normalizeRanges } from './clock-ranges.ts'
import type { KnownState } from './known-state.ts'
import { readState } from './state-reader.ts'
import { contentRef } from './struct-reader.ts'

/** What a room knows that holds this state: an update made of admitted ones, or a snapshot. Throws where it has gaps. */
export function knownStateOf(state: Uint8Array): KnownState {
  const clocks = new Map<number, number>()
  const rangesByClient = new Map<number, number[]>()
  let deleted: number[] = []
  const entries = readState(state, {
    enterSection: (reader) => {
      deleted = []
      if (reader.clock !== 0) throw new Error('a stored state begins in the middle')
    },
    visitStruct: (reader) => {
      if (reader.ref === contentRef.skip) throw new Error('a stored state has a gap')
      if (reader.ref === contentRef.gc || reader.ref === contentRef.deleted)
        deleted.push(reader.clock, reader.clock + reader.length)
    },
    leaveSection: (reader) => {
      clocks.set(reader.client, reader.clock + reader.length)
      if (deleted.length > 0) rangesByClient.set(reader.client, deleted)
    },
  })
  for (const { client, ranges } of entries)
    rangesByClient.set(client, normalizeRanges([...(rangesByClient.get(client) ?? []), ...ranges]))
  for (const [client, ranges] of rangesByClient) rangesByClient.set(client, normalizeRanges(ranges))
  return { clocks, deletes: rangesByClient }
}
