/**
 * Sets of clocks by client. A client's clocks are `[start, end, start, end, …]`: ascending, disjoint, never touching,
 * so that a set has one form only and adding and removing are exact inverses. A client without clocks has no entry.
 */
export type ClockRanges = Map<number, number[]>

/** Up to so many changes of one client are spliced in one by one; more are merged in one pass over the whole list. */
const spliceCountMax = 8

export function hasClock(set: ClockRanges, client: number, clock: number): boolean {
  const ranges = set.get(client)
  return ranges !== undefined && isInRanges(ranges, clock)
}

export function isInRanges(ranges: readonly number[], clock: number): boolean {
  return (ranges[firstEndingAfter(ranges, clock)] ?? Number.POSITIVE_INFINITY) <= clock
}

/** Whether all of `[start, end)` is there. */
export function covers(ranges: readonly number[], start: number, end: number): boolean {
  const index = firstEndingAfter(ranges, start)
  return (ranges[index] ?? Number.POSITIVE_INFINITY) <= start && (ranges[index + 1] ?? 0) >= end
}

/** Appends a range that does not begin before the last one. */
export function appendRange(ranges: number[], start: number, end: number): void {
  const last = ranges.length - 1
  if (last > 0 && start <= (ranges[last] ?? 0)) ranges[last] = Math.max(ranges[last] ?? 0, end)
  else ranges.push(start, end)
}

/** Appends the parts of `[start, end)` that are not in `ranges` to `parts`, as start, end. */
export function collectMissing(
  ranges: readonly number[] | undefined,
  span: { readonly start: number; readonly end: number },
  parts: number[],
): void {
  let { start } = span
  if (ranges !== undefined) {
    for (let index = firstEndingAfter(ranges, start); index < ranges.length; index += 2) {
      const rangeStart = ranges[index] ?? 0
      if (rangeStart >= span.end) break
      if (rangeStart > start) parts.push(start, rangeStart)
      start = ranges[index + 1] ?? 0
    }
  }
  if (start < span.end) parts.push(start, span.end)
}

/** Puts `[start, end, …]` in any order, overlapping or not, into the one form. May return its argument. */
export function normalizeRanges(pairs: number[]): number[] {
  if (isNormal(pairs)) return pairs
  // All starts and all ends, each sorted: a range of the union lasts while more have begun than ended.
  const starts = Float64Array.from({ length: pairs.length / 2 }, (_, index) => pairs[index * 2] ?? 0).sort()
  const ends = Float64Array.from({ length: pairs.length / 2 }, (_, index) => pairs[index * 2 + 1] ?? 0).sort()
  const ranges: number[] = []
  let begun = 0
  for (let ended = 0; ended < ends.length; ended++) {
    const end = ends[ended] ?? 0
    if (begun === ended) ranges.push(starts[begun] ?? 0)
    while (begun < starts.length && (starts[begun] ?? 0) <= end) begun += 1
    if (begun === ended + 1) ranges.push(end)
  }
  return ranges
}

/** Adds clocks that are not there yet: `added` is in normal form. */
export function addRanges(set: ClockRanges, client: number, added: readonly number[]): void {
  const ranges = set.get(client)
  if (ranges === undefined) set.set(client, [...added])
  else if (added.length > spliceCountMax * 2) set.set(client, union(ranges, added))
  else for (let index = 0; index < added.length; index += 2) addRange(ranges, added[index] ?? 0, added[index + 1] ?? 0)
}

/** Removes clocks that are there: `removed` is in normal form. */
export function removeRanges(set: ClockRanges, client: number, removed: readonly number[]): void {
  const ranges = set.get(client) ?? []
  const left: number[] = []
  if (removed.length > spliceCountMax * 2) {
    for (let index = 0; index < ranges.length; index += 2)
      collectMissing(removed, { start: ranges[index] ?? 0, end: ranges[index + 1] ?? 0 }, left)
    set.set(client, left)
  } else {
    for (let index = 0; index < removed.length; index += 2) removeRange(ranges, removed[index] ?? 0, removed[index + 1] ?? 0)
  }
  if (set.get(client)?.length === 0) set.delete(client)
}

/** Index of the first range that ends after `clock`: the only one that can hold it. */
function firstEndingAfter(ranges: readonly number[], clock: number): number {
  const last = ranges.length - 2
  if (last >= 0 && (ranges[last] ?? 0) <= clock) return (ranges[last + 1] ?? 0) > clock ? last : ranges.length
  let low = 0
  let high = ranges.length / 2
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ranges[middle * 2 + 1] ?? 0) > clock) high = middle
    else low = middle + 1
  }
  return low * 2
}

function isNormal(pairs: readonly number[]): boolean {
  for (let index = 2; index < pairs.length; index += 2) {
    if ((pairs[index] ?? 0) <= (pairs[index - 1] ?? 0)) return false
  }
  return true
}

function addRange(ranges: number[], start: number, end: number): void {
  const from = firstEndingAfter(ranges, start - 1)
  let to = from
  let mergedStart = start
  let mergedEnd = end
  for (; to < ranges.length && (ranges[to] ?? 0) <= end; to += 2) {
    mergedStart = Math.min(mergedStart, ranges[to] ?? 0)
    mergedEnd = Math.max(mergedEnd, ranges[to + 1] ?? 0)
  }
  if (to - from === 2) {
    ranges[from] = mergedStart
    ranges[from + 1] = mergedEnd
  } else ranges.splice(from, to - from, mergedStart, mergedEnd)
}

function removeRange(ranges: number[], start: number, end: number): void {
  const from = firstEndingAfter(ranges, start)
  const left: number[] = []
  let to = from
  for (; to < ranges.length && (ranges[to] ?? 0) < end; to += 2) {
    collectMissing([start, end], { start: ranges[to] ?? 0, end: ranges[to + 1] ?? 0 }, left)
  }
  ranges.splice(from, to - from, ...left)
}

function union(first: readonly number[], second: readonly number[]): number[] {
  const merged: number[] = []
  let a = 0
  let b = 0
  while (a < first.length || b < second.length) {
    const takesFirst = b >= second.length || (a < first.length && (first[a] ?? 0) <= (second[b] ?? 0))
    if (takesFirst) appendRange(merged, first[a] ?? 0, first[(a += 2) - 1] ?? 0)
    else appendRange(merged, second[b] ?? 0, second[(b += 2) - 1] ?? 0)
  }
  return merged
}
