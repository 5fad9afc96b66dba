import type { ErrorCode } from '@rejoin/core'
import { type DeleteJudgement, judgeDeletes } from './judge-deletes.ts'
import { hasLiveKeyedRun, settlePlaces } from './judge-places.ts'
import type { ClockChange, KnownDelta, KnownState, RangeChange } from './known-state.ts'
import { readNewDeletes } from './read-new-deletes.ts'
import { resolveOrder } from './resolve-order.ts'
import { rewriteUpdate } from './rewrite-update.ts'
import { type Section, scanUpdate, type UpdateLimits, type UpdateScan } from './scan-update.ts'

export type Admission =
  /**
   * `update` goes to log, relay and merge: the input itself where all of it is new, otherwise bytes of its own with the new part only.
   * `delta` is not applied yet. `isWhole` is false where a part of the update did not fit and was left out.
   */
  | { readonly type: 'accepted'; readonly update: Uint8Array; readonly delta: KnownDelta; readonly isWhole: boolean }
  /** Nothing new: settled without a log row. */
  | { readonly type: 'known' }
  /** Does not fit yet (a gap, an unknown reference, an unknown delete): a step 2 may bring what is missing. */
  | { readonly type: 'resync'; readonly reason: string }
  /** Never. `reason` is one sentence for a person, without payload bytes. */
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly reason: string }

export interface AdmissionRules {
  /** Whether the sender may add structs under this client id. */
  canExtend(client: number): boolean
  /** Instead of asking again, take of each client what fits. */
  readonly takePrefix: boolean
  readonly limits: UpdateLimits
}

/**
 * Judges an update against what is known, by its structure alone. Total: any bytes get a verdict, nothing is thrown and nothing
 * changes. Only what lies beyond the known state is judged, and only that goes on.
 */
export function admitUpdate(known: KnownState, update: Uint8Array, rules: AdmissionRules): Admission {
  const { limits } = rules
  const scan = scanUpdate(known, update, limits)
  const deleteSet = readNewDeletes(scan, limits)
  const refusal = refuse(scan, update, rules)
  if (refusal !== undefined) return refusal

  resolveOrder(scan)
  const deletes = judgeDeletes(known, scan.sections, deleteSet.entries)
  if (hasLiveKeyedRun(scan.sections, deletes.fresh)) return badFrame('a map key has a run of several values')
  const misfit = findMisfit(scan.sections, deletes)
  if (misfit !== undefined && !rules.takePrefix) return { type: 'resync', reason: misfit }
  const clocks = listClockChanges(scan.sections)
  if (clocks.length === 0 && deletes.changes.length === 0)
    return misfit === undefined ? { type: 'known' } : { type: 'resync', reason: misfit }
  const isAllNew = misfit === undefined && !scan.hasKnownStructs && deletes.isAllFresh && !deleteSet.hasOmitted
  return {
    type: 'accepted',
    update: isAllNew ? update : rewriteUpdate(update, scan.sections, deletes.fresh),
    delta: { clocks, deletes: deletes.changes, keyed: listKeyedChanges(scan.sections) },
    isWhole: misfit === undefined,
  }
}

function refuse(scan: UpdateScan, update: Uint8Array, rules: AdmissionRules): Admission | undefined {
  const { problem } = scan.reader
  if (problem !== undefined) return { type: 'refused', code: scan.isTooLarge ? 'TOO_LARGE' : 'BAD_FRAME', reason: problem }
  for (const section of scan.sections) {
    if (!rules.canExtend(section.client))
      return { type: 'refused', code: 'CLIENT_BOUND', reason: 'the update extends a client id that belongs to somebody else' }
  }
  const { typeDepthMax } = rules.limits
  if (!settlePlaces(scan, update, typeDepthMax)) return badFrame(`the update nests types deeper than ${typeDepthMax}`)
  return undefined
}

function badFrame(reason: string): Admission {
  return { type: 'refused', code: 'BAD_FRAME', reason }
}

function findMisfit(sections: readonly Section[], deletes: DeleteJudgement): string | undefined {
  for (const section of sections) {
    if (section.hasGap) return 'the update builds on changes that are not here yet'
  }
  return deletes.reachesUnknown ? 'the update deletes something that is not here yet' : undefined
}

function listClockChanges(sections: readonly Section[]): ClockChange[] {
  const changes: ClockChange[] = []
  for (const { client, known, endClock } of sections) {
    if (endClock > known) changes.push([client, known, endClock])
  }
  return changes
}

function listKeyedChanges(sections: readonly Section[]): RangeChange[] {
  const changes: RangeChange[] = []
  for (const { client, keyed, endClock } of sections) {
    if (keyed === undefined) continue
    for (let index = 0; index < keyed.length; index += 2) {
      const start = keyed[index] ?? 0
      if (start < endClock) changes.push([client, start, Math.min(keyed[index + 1] ?? 0, endClock)])
    }
  }
  return changes
}
