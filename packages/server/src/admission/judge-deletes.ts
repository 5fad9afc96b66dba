import { collectMissing, normalizeRanges } from './clock-ranges.ts'
import type { ClientDeletes } from './delete-set.ts'
import type { RangeChange, KnownState } from './known-state.ts'
import type { Section } from './scan-update.ts'

export interface DeleteJudgement {
  /** What of the delete set is new, over clocks that are known once the sections are admitted; in normal form. */
  readonly fresh: readonly ClientDeletes[]
  /** Every range of the delete set is new and applicable: its bytes can go on as they are. */
  readonly isAllFresh: boolean
  /** A range reaches over clocks that nobody has yet. */
  readonly reachesUnknown: boolean
  /** What is deleted now and was not before, by the delete set or by structs that came deleted. */
  readonly changes: readonly RangeChange[]
}

const nothing: DeleteJudgement = { fresh: [], isAllFresh: true, reachesUnknown: false, changes: [] }

/** Judges the delete set of an update whose sections end where they are admissible. */
export function judgeDeletes(
  known: KnownState,
  sections: readonly Section[],
  entries: readonly ClientDeletes[],
): DeleteJudgement {
  const hasDeletedStructs = sections.some((section) => section.deleted !== undefined)
  if (entries.length === 0 && !hasDeletedStructs) return nothing
  const sectionByClient = new Map<number, Section>()
  for (const section of sections) sectionByClient.set(section.client, section)
  const fresh: ClientDeletes[] = []
  let isAllFresh = true
  let reachesUnknown = false
  for (const entry of entries) {
    const clockEnd = sectionByClient.get(entry.client)?.endClock ?? known.clocks.get(entry.client) ?? 0
    const ranges = normalizeRanges(entry.ranges)
    if ((ranges.at(-1) ?? 0) > clockEnd) reachesUnknown = true
    const missing = missingBelow(known.deletes.get(entry.client), ranges, clockEnd)
    if (isAllFresh) isAllFresh = isEqual(missing, ranges)
    if (missing.length > 0) fresh.push({ client: entry.client, ranges: missing })
  }
  return { fresh, isAllFresh, reachesUnknown, changes: joinChanges(fresh, hasDeletedStructs ? sections : []) }
}

function missingBelow(known: readonly number[] | undefined, ranges: readonly number[], clockEnd: number): number[] {
  const missing: number[] = []
  for (let index = 0; index < ranges.length; index += 2) {
    collectMissing(known, { start: ranges[index] ?? 0, end: Math.min(ranges[index + 1] ?? 0, clockEnd) }, missing)
  }
  return missing
}

function joinChanges(fresh: readonly ClientDeletes[], sections: readonly Section[]): RangeChange[] {
  const rangesByClient = new Map<number, readonly number[]>()
  for (const { client, ranges } of fresh) rangesByClient.set(client, ranges)
  for (const section of sections) {
    const deleted = missingBelow(undefined, section.deleted ?? [], section.endClock)
    if (deleted.length > 0)
      rangesByClient.set(section.client, normalizeRanges([...(rangesByClient.get(section.client) ?? []), ...deleted]))
  }
  const changes: RangeChange[] = []
  for (const [client, ranges] of rangesByClient) {
    for (let index = 0; index < ranges.length; index += 2) changes.push([client, ranges[index] ?? 0, ranges[index + 1] ?? 0])
  }
  return changes
}

function isEqual(first: readonly number[], second: readonly number[]): boolean {
  return first.length === second.length && first.every((value, index) => value === second[index])
}
