import { addStruct, createStructTable, settleAncestry, type StructTable } from './ancestry.ts'
import { appendRange, type ClockRanges, normalizeRanges } from './clock-ranges.ts'
import type { KnownState } from './known-state.ts'
import { readState } from './state-reader.ts'
import { contentRef, hasOwnPlace, structFlag } from './struct-reader.ts'

/** What a room knows that holds this state: an update made of admitted ones, or a snapshot. Throws where it has gaps. */
export function knownStateOf(state: Uint8Array): KnownState {
  const clocks = new Map<number, number>()
  const deletes: ClockRanges = new Map()
  const table = createStructTable()
  let hasKeys = false
  let deleted: number[] = []
  const entries = readState(state, {
    enterSection: (reader) => {
      deleted = []
      if (reader.clock !== 0) throw new Error('a stored state begins in the middle')
    },
    visitStruct: (reader) => {
      if (reader.ref === contentRef.skip) throw new Error('a stored state has a gap')
      const isDeleted = reader.ref === contentRef.gc || reader.ref === contentRef.deleted
      if (isDeleted) appendRange(deleted, reader.clock, reader.clock + reader.length)
      if (hasOwnPlace(reader) && (reader.info & structFlag.parentSub) !== 0) hasKeys = true
      addStruct(table, reader, 0)
    },
    leaveSection: (reader) => {
      clocks.set(reader.client, reader.clock + reader.length)
      if (deleted.length > 0) deletes.set(reader.client, deleted)
    },
  })
  for (const { client, ranges } of entries) deletes.set(client, normalizeRanges([...(deletes.get(client) ?? []), ...ranges]))
  return { clocks, deletes, keyed: hasKeys ? collectKeyed(table, clocks) : new Map() }
}

function collectKeyed(table: StructTable, clocks: ReadonlyMap<number, number>): ClockRanges {
  const { isKeyed } = settleAncestry(table, new Map())
  const keyed: ClockRanges = new Map()
  for (const [client, { from, to }] of table.rowsByClient) {
    const ranges: number[] = []
    for (let row = from; row < to; row++) {
      const end = row + 1 < to ? table.clocks[row + 1] : clocks.get(client)
      if (isKeyed[row] === 1) appendRange(ranges, table.clocks[row] ?? 0, end ?? 0)
    }
    if (ranges.length > 0) keyed.set(client, ranges)
  }
  return keyed
}
