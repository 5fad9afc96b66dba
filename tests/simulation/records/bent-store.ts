import type { ConditionsSource, OutboxCounts, SyncStore } from '@rejoin/client/simulation'
import { bentBatches } from './bent-batches.ts'
import type { HoldCheck } from './hold-check.ts'
import type { Ledger } from './ledger.ts'
import type { Mutant } from './mutants.ts'
import type { RoomCheck } from './room-check.ts'
import type { SimDeviceDisk } from './sim-device-disk.ts'
import { secondOfLane, type SimRecordDatabase } from './sim-record-database.ts'

/** The product's store; each of a drainer's calls is marked with its fence, and some planted bugs are between it and the engine. */
export function bentStore(
  inner: SyncStore,
  {
    database,
    disk,
    ledger,
    mutant,
    conditions,
    holdCheck,
    room,
  }: {
    readonly database: SimRecordDatabase
    readonly disk: SimDeviceDisk
    readonly ledger: Ledger
    readonly mutant: Mutant | undefined
    /** Where they matter in this world. */
    readonly conditions: ConditionsSource | undefined
    readonly holdCheck: HoldCheck | undefined
    readonly room: RoomCheck
  },
): SyncStore {
  const fenced = (asked: number): number => {
    database.fenceOfNextCall = asked
    // A call that joins the transaction of another makes none.
    queueMicrotask(() => (database.fenceOfNextCall = undefined))
    const { fence } = disk.book.snapshot
    return mutant === 'fenceIsIgnored' && typeof fence === 'number' ? fence : asked
  }
  const batches = bentBatches(inner, { database, ledger, mutant })
  return {
    takeFence: async () => {
      const { fence: before } = disk.book.snapshot
      const { wipeCount } = disk
      const fence = mutant === 'newDrainerTakesNoFence' && typeof before === 'number' ? before : await inner.takeFence()
      // One of a database that is gone by now means nothing in the one that came after it.
      if (disk.wipeCount === wipeCount) database.claimFence(fence)
      room.forget()
      return fence
    },
    counts: async (now, heldBelow) => {
      const counted = await (mutant === 'holdIsIgnored' ? inner.counts(now) : inner.counts(now, heldBelow))
      const counts = mutant === 'laneHasTwoOut' ? withSecondLanes(counted) : counted
      return mutant === 'heldBackIsUpToDate' ? { ...counts, pending: counts.pending - (counts.held ?? 0) } : counts
    },
    takeBatch: async (fence, options) => {
      const { heldBelow: asked, ...others } = options
      const always = asked ?? conditions?.current().hold?.below
      const heldBelow = mutant === 'holdIsIgnored' ? undefined : mutant === 'syncNowIsHeldBack' ? always : asked
      const before = disk.book.snapshot.entries
      const batch = await batches.takeBatch(fenced(fence), { ...others, heldBelow })
      const taken = new Set(batch.operations.map(({ operationId }) => operationId))
      holdCheck?.chosen([...before.values()].filter(({ operation }) => taken.has(operation.operationId)))
      return batch
    },
    settle: async (fence, batch, response, now) => {
      if (mutant !== 'settleInTwoTransactions') return batches.settle(fenced(fence), batch, response, now)
      const results = response.results.map(({ serverState: _state, ...result }) => result)
      const outcome = await inner.settle(fenced(fence), batch, { ...response, results, changes: [] }, now)
      await inner.applyChanges(fenced(fence), response.checkpoint, response, now)
      return outcome
    },
    takeRequest: (fence, options) => inner.takeRequest(fenced(fence), options),
    settleRequest: (fence, outcome) => inner.settleRequest(fenced(fence), bendVerdict(outcome, { disk, mutant })),
    checkpoint: () => inner.checkpoint(),
    applyChanges: async (fence, after, page, now) => {
      if (mutant !== 'cursorBeforeRows') return inner.applyChanges(fenced(fence), after, page, now)
      const isTaken = await inner.applyChanges(fenced(fence), after, { ...page, changes: [] }, now)
      return isTaken && (await inner.applyChanges(fenced(fence), page.checkpoint, page, now))
    },
    beginResync: async (fence) => {
      await inner.beginResync(fenced(fence))
      if (mutant === 'resyncClearsTheOutbox') await database.database.transaction('write', (tables) => tables.outbox.clear())
    },
    applyResyncPage: (fence, page) => inner.applyResyncPage(fenced(fence), page),
    finishResync: (fence, checkpoint, now) => inner.finishResync(fenced(fence), checkpoint, now),
    noteFailedAttempt: (fence, ids, failure) => inner.noteFailedAttempt(fenced(fence), ids, failure),
    quarantine: (fence, ids, reason) => inner.quarantine(fenced(fence), ids, reason),
    reviveFailed: (fence) => inner.reviveFailed(fenced(fence)),
    times: () => inner.times(),
    clockOffset: () => inner.clockOffset(),
    noteClockSample: (sample) => inner.noteClockSample(sample),
    isEnabled: () => inner.isEnabled(),
    setEnabled: (isEnabled) => inner.setEnabled(isEnabled),
    onChanged: (listener) => inner.onChanged(listener),
  }
}

/** A lane in which more than one waits is two, of which the second begins at the end of the first. */
function withSecondLanes(counts: OutboxCounts): OutboxCounts {
  const { replays = [] } = counts
  const seconds = replays.filter(({ waiting }) => waiting > 1)
  return { ...counts, replays: [...replays, ...seconds.map((first) => ({ ...first, lane: `${first.lane}${secondOfLane}` }))] }
}

type RequestOutcome = Parameters<SyncStore['settleRequest']>[1]

/** Bugs that are planted where it is judged what a server's answer means for a request. */
function bendVerdict(
  outcome: RequestOutcome,
  { disk, mutant }: { readonly disk: SimDeviceDisk; readonly mutant: Mutant | undefined },
): RequestOutcome {
  const { verdict, requestId } = outcome
  if (mutant === 'conflictIsDropped' && verdict.type === 'told' && verdict.kind === 'conflict')
    return { ...outcome, verdict: { type: 'done' } }
  if (verdict.type !== 'scene') return outcome
  if (mutant === 'sceneLossIsDropped') return { ...outcome, verdict: { ...verdict, told: [] } }
  if (mutant === 'scenePostponedIsDone') return { ...outcome, verdict: { ...verdict, again: undefined } }
  if (mutant !== 'sceneShortAnswerIsBelieved') return outcome
  const { requests, sceneBodies } = disk.book.snapshot
  const entry = [...requests.values()].find(({ request }) => request.requestId === requestId)
  const sent = sceneBodies.get(entry?.request.body?.bodyId ?? '') ?? []
  return { ...outcome, verdict: { ...verdict, judgedCount: sent.length } }
}
