import { addRanges, type ClockRanges, removeRanges } from './clock-ranges.ts'

export type DeleteRanges = ClockRanges

/** What a room has admitted (or committed): whatever an update says about this is settled. Mutable. */
export interface KnownState {
  /** By client, the clock after its last known struct; there is no entry of 0. */
  readonly clocks: Map<number, number>
  /** Clocks that a delete set named, or whose struct came already deleted. */
  readonly deletes: DeleteRanges
  /** Clocks of structs that are or were values of map keys. */
  readonly keyed: ClockRanges
}

/** `[client, clock before, clock after]`. */
export type ClockChange = readonly [client: number, before: number, after: number]

/** `[client, start, end)`: clocks that were not in the set before. */
export type RangeChange = readonly [client: number, start: number, end: number]

/** What an accepted update adds. Each client stands at most once in `clocks`, and in one run, ascending, in the others. */
export interface KnownDelta {
  readonly clocks: readonly ClockChange[]
  readonly deletes: readonly RangeChange[]
  readonly keyed: readonly RangeChange[]
}

export function createKnownState(): KnownState {
  return { clocks: new Map(), deletes: new Map(), keyed: new Map() }
}

/** Throws where the delta was not made against this state: a room that lost count must not go on. */
export function applyDelta(known: KnownState, delta: KnownDelta): void {
  for (const [client, before] of delta.clocks) assertClock(known, client, before)
  for (const [client, , after] of delta.clocks) known.clocks.set(client, after)
  forEachClient(delta.deletes, (client, ranges) => addRanges(known.deletes, client, ranges))
  forEachClient(delta.keyed, (client, ranges) => addRanges(known.keyed, client, ranges))
}

/** Undoes `applyDelta`. Deltas are reverted in the reverse of the order in which they were applied. */
export function revertDelta(known: KnownState, delta: KnownDelta): void {
  for (const [client, , after] of delta.clocks) assertClock(known, client, after)
  for (const [client, before] of delta.clocks) {
    if (before === 0) known.clocks.delete(client)
    else known.clocks.set(client, before)
  }
  forEachClient(delta.deletes, (client, ranges) => removeRanges(known.deletes, client, ranges))
  forEachClient(delta.keyed, (client, ranges) => removeRanges(known.keyed, client, ranges))
}

function assertClock(known: KnownState, client: number, expected: number): void {
  if ((known.clocks.get(client) ?? 0) !== expected)
    throw new Error('a change does not follow the known state that it is applied to')
}

function forEachClient(changes: readonly RangeChange[], visit: (client: number, ranges: readonly number[]) => void): void {
  let index = 0
  while (index < changes.length) {
    const client = changes[index]?.[0] ?? 0
    const ranges: number[] = []
    for (let change = changes[index]; change !== undefined && change[0] === client; change = changes[++index])
      ranges.push(change[1], change[2])
    visit(client, ranges)
  }
}
