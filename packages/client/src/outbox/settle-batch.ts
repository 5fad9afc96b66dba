import type { OperationResult, RecordRow } from '@rejoin/core'
import { recordKeyOf } from '../record-database/record-key.ts'
import type { FailedAttempt } from '../sync/sync-observer.ts'
import { failAttempt, reviveEntry } from './fail-attempt.ts'
import { failuresOf, isConflict } from './failed-attempts.ts'
import type { LocalTransaction, OutboxContext } from './local-transaction.ts'
import { titleOf } from './operation-title.ts'
import type { OperationEntry } from './outbox-entry.ts'
import { parkDependents } from './park-entries.ts'
import { judgeResult, type Notice, type Verdict } from './settle-results.ts'

/** A server that is busy is asked again after this long at most. */
export const busyDelayMsMax = 5_000

/** What the results of one answer did. */
export interface Settled {
  readonly settled: number
  readonly conflicts: number
  readonly attempts: readonly FailedAttempt[]
  readonly isForked: boolean
}

interface Answered {
  readonly results: readonly OperationResult[]
  readonly now: number
}

/**
 * Carries out the results of one answer. A result for an operation that is not in the outbox (any more) changes nothing there, but what it
 * says of the record is taken: it is the server's word in any case.
 */
export async function settleResults(local: LocalTransaction, context: OutboxContext, answered: Answered): Promise<Settled> {
  // Neither looks at what the other writes, and the database writes the rows while the entries are settled.
  const [settled] = await Promise.all([
    settleEntries(local, context, answered),
    local.confirmed.putNewer(answered.results.flatMap(({ serverState }) => serverState ?? [])),
  ])
  return settled
}

async function settleEntries(local: LocalTransaction, context: OutboxContext, { results, now }: Answered): Promise<Settled> {
  const named = new Set(results.map(({ operationId }) => operationId))
  const sent = await local.outbox.read({ index: '[lot+order]', from: ['sent', 0], to: ['sent', Infinity] }, named)
  const entryById = new Map(sent.map((entry) => [entry.operation.operationId, entry]))
  await local.outbox.load(await local.outbox.awaited(sent.map(({ operation }) => recordKeyOf(operation))))
  let settled = 0
  let isForked = false
  let conflicts = 0
  const attempts: FailedAttempt[] = []
  for (const result of results) {
    const entry = entryById.get(result.operationId)
    if (entry === undefined) continue
    const verdict = judgeResult(entry.operation, result)
    await carryOut(local, context, { entry, verdict, now, serverState: result.serverState })
    attempts.push(...failuresOf(entry, verdict, local.outbox.get(entry.entryId)))
    if (isConflict(verdict)) conflicts++
    if (verdict.type === 'settled') settled++
    if (verdict.type === 'forked') isForked = true
  }
  if (isForked) await renumber(local, context)
  return { settled, conflicts, attempts, isForked }
}

interface Step {
  readonly entry: OperationEntry
  readonly verdict: Verdict
  readonly now: number
  readonly serverState: RecordRow | undefined
}

async function carryOut(local: LocalTransaction, context: OutboxContext, step: Step): Promise<void> {
  const { entry, verdict, now } = step
  switch (verdict.type) {
    case 'settled':
      if (verdict.notice !== undefined) raiseNotice(local, context, { ...step, notice: verdict.notice })
      local.outbox.remove(entry.entryId)
      rebaseLater(local, entry, verdict.appliedVersion)
      if (verdict.isCreateLost) await parkDependents(local, context, { lost: entry.operation, now })
      return
    case 'attempt':
      return noteAttempt(local, context, { entry, now, message: verdict.message })
    case 'upgradeRequired':
      local.outbox.put({ ...entry, state: 'parked', parkedFor: verdict.code, lastError: verdict.message })
      return raiseAbout(local, context, { entry, now, kind: 'blocked', code: verdict.code, message: verdict.message })
    case 'later':
      return local.outbox.put({ ...entry, nextRetryAt: now + Math.ceil(context.random.next() * busyDelayMsMax) })
    case 'forked':
      return local.outbox.put(reviveEntry(entry))
  }
}

/** Counts a failed attempt; after the last one a person is told. */
export function noteAttempt(
  local: LocalTransaction,
  context: OutboxContext,
  { entry, now, message }: { readonly entry: OperationEntry; readonly now: number; readonly message: string },
): void {
  const failed = failAttempt(entry, { message, now }, context)
  local.outbox.put(failed)
  if (failed.state === 'failed') raiseAbout(local, context, { entry: failed, now, kind: 'failed', code: 'INTERNAL', message })
}

interface AboutEntry {
  readonly entry: OperationEntry
  readonly now: number
  readonly kind: 'failed' | 'blocked'
  readonly code: Notice['code']
  readonly message: string
}

/** Tells of an entry that stays in the outbox. */
export function raiseAbout(local: LocalTransaction, { schema }: OutboxContext, about: AboutEntry): void {
  const { entry, now, ...told } = about
  const { operation, entryId } = entry
  local.attention.raise({
    ...told,
    entityType: operation.entityType,
    recordId: operation.recordId,
    title: titleOf(schema, operation),
    operation,
    entryId,
    lostFields: [],
    serverState: undefined,
    at: now,
  })
}

function raiseNotice(
  local: LocalTransaction,
  { schema }: OutboxContext,
  { entry, now, serverState, notice }: Step & { readonly notice: Notice },
): void {
  const { operation, entryId } = entry
  local.attention.raise({
    ...notice,
    entityType: operation.entityType,
    recordId: operation.recordId,
    title: titleOf(schema, operation, serverState?.fields),
    operation,
    entryId,
    serverState,
    at: now,
  })
}

/** What was done after it, by somebody who saw it, builds on the version it made. */
function rebaseLater({ outbox }: LocalTransaction, settled: OperationEntry, version: number | undefined): void {
  if (version === undefined) return
  for (const later of outbox.knownOf(recordKeyOf(settled.operation))) {
    if (later.entryId < settled.entryId || later.firstSentAt !== undefined) continue
    const baseVersion = Math.max(later.operation.baseVersion ?? 0, version)
    outbox.put({ ...later, operation: { ...later.operation, baseVersion } })
  }
}

/** The device's number is another's as well: all that is unsettled gets new ones, in the order in which it was done. */
async function renumber({ outbox, device }: LocalTransaction, { random }: OutboxContext): Promise<void> {
  device.fork(random)
  const { deviceId } = device
  await outbox.readAll()
  for (const entry of outbox.all()) {
    outbox.put({ ...entry, operation: { ...entry.operation, deviceId, deviceSeq: device.nextDeviceSeq() } })
  }
}
