import { isJsonValue, isSameJson, type Entity, type Schema } from '@rejoin/core'
import { mergeSorted } from './merge-sorted.ts'
import { foldPending, type RecordView } from './pending-view.ts'
import type { RecordParts } from './read-records.ts'
import type { RecordOf, RecordQuery } from './records.ts'

export type AnyRecord = RecordOf<Entity>
export type AnyQuery = RecordQuery<Entity>

/** Records that are folded before the page gets its turn. */
const recordsPerSlice = 250

export function toRecord(id: string, { fields, ...meta }: RecordView): AnyRecord {
  return { ...fields, id, meta }
}

/** Folds, filters and sorts, in slices: sorting ten thousand at once would keep the page busy for longer than anybody should wait. */
export async function selectRecords(
  candidates: readonly RecordParts[],
  query: AnyQuery,
  { schema, yieldToHost }: { readonly schema: Schema; readonly yieldToHost: () => Promise<void> },
): Promise<readonly AnyRecord[]> {
  const compare = orderOf(query)
  let sorted: readonly AnyRecord[] = []
  for (let at = 0; at < candidates.length; at += recordsPerSlice) {
    if (at > 0) await yieldToHost()
    const found: AnyRecord[] = []
    for (const { recordId, confirmed, entries } of candidates.slice(at, at + recordsPerSlice)) {
      const view = foldPending(schema, confirmed, entries)
      if (view === undefined || (view.isDeleted && query.includeDeleted !== true)) continue
      const record = toRecord(recordId, view)
      if (isEqualTo(record, query.where) && (query.filter?.(record) ?? true)) found.push(record)
    }
    sorted = mergeSorted(sorted, found.sort(compare), compare).slice(0, query.limit)
  }
  return sorted
}

/** The order in which records are given. */
export function orderOf({ orderBy, direction }: AnyQuery): (left: AnyRecord, right: AnyRecord) => number {
  const sign = direction === 'descending' ? -1 : 1
  return (left, right) => sign * compareBy(orderBy, left, right)
}

function isEqualTo(record: AnyRecord, where: AnyQuery['where'] = {}): boolean {
  return Object.entries(where).every(([field, wanted]) => {
    const found: unknown = record[field]
    if (wanted === undefined) return true
    return isJsonValue(found) && isJsonValue(wanted) && isSameJson(found, wanted)
  })
}

/** By the field, then by creation, then by id: two devices show one order. Records without the field come first. */
function compareBy(field: string | undefined, left: AnyRecord, right: AnyRecord): number {
  const byField = field === undefined ? 0 : compareValues(left[field], right[field])
  return byField || left.meta.createdAt - right.meta.createdAt || compareValues(left.id, right.id)
}

function compareValues(left: unknown, right: unknown): number {
  if (left === right || textOf(left) === textOf(right)) return 0
  if (left === undefined || left === null) return -1
  if (right === undefined || right === null) return 1
  if (typeof left === 'number' && typeof right === 'number') return left - right
  return textOf(left) < textOf(right) ? -1 : 1
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : String(JSON.stringify(value))
}
