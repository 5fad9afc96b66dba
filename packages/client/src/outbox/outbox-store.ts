import type { ChangesResponse, SyncResponse } from '@rejoin/core'
import { z } from 'zod'
import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'
import type { Hold } from '../sync/sync-conditions.ts'
import type { FailedAttempt } from '../sync/sync-observer.ts'
import {
  FenceLostError,
  type OutboxBatch,
  type OutboxCounts,
  type SettledRequest,
  type SettleOutcome,
  type SyncStore,
  type SyncTimes,
} from '../sync/sync-store.ts'
import { clockOffsetOf, clockSampleSchema, takeClockSample } from './clock-sample.ts'
import { ConfirmedRecords } from './confirmed-records.ts'
import { countOutbox } from './count-outbox.ts'
import { withRequests } from './count-requests.ts'
import { reviveEntry } from './fail-attempt.ts'
import { attemptOf } from './failed-attempts.ts'
import { inLocalTransaction, type LocalTransaction, type OutboxContext } from './local-transaction.ts'
import { readMeta, writeMeta } from './meta-value.ts'
import type { CapturedRequest } from './outbox-entry.ts'
import { reviveRequests } from './request-attention.ts'
import { settleRequest } from './settle-request.ts'
import { SharedTransaction } from './shared-transaction.ts'
import { leastScoreOf } from './priority.ts'
import { readPriorities } from './priorities.ts'
import { noteAttempt, raiseAbout, settleResults } from './settle-batch.ts'
import { noteSyncTimes, readSyncTimes } from './sync-times.ts'
import { ackedThrough, retryHorizonMs, takeOperations, type TakeOptions } from './take-batch.ts'
import { takeRequest } from './take-request.ts'

export interface OutboxStoreOptions {
  readonly mayReplay?: ((request: CapturedRequest) => boolean) | undefined
}

/** The engine's view of this device: each call in one transaction of the database, checked against the fence inside it. */
export class OutboxStore implements SyncStore {
  readonly #database: RecordDatabase
  readonly #shared: SharedTransaction
  readonly #context: OutboxContext
  readonly #mayReplay: (request: CapturedRequest) => boolean

  /** `mayReplay`: whether a request of the app may be sent from here at present; its lane waits for it. Default: always. */
  constructor(database: RecordDatabase, context: OutboxContext, { mayReplay = () => true }: OutboxStoreOptions = {}) {
    this.#database = database
    this.#shared = new SharedTransaction(database)
    this.#context = context
    this.#mayReplay = mayReplay
  }

  takeFence(): Promise<number> {
    return this.#database.transaction('write', async (tables) => {
      const fence = ((await readMeta(tables, 'fence', z.number())) ?? 0) + 1
      await writeMeta(tables, 'fence', fence)
      return fence
    })
  }

  counts(now: number, heldBelow?: Hold['below']): Promise<OutboxCounts> {
    const until = now + retryHorizonMs(this.#context)
    return this.#database.transaction('read', async (tables) => {
      const [{ thresholds }, requestCount] = await Promise.all([readPriorities(tables, this.#context), tables.requests.count({})])
      const leastScore = heldBelow && leastScoreOf(heldBelow, thresholds)
      const operations = await countOutbox(tables, { now, until, ...(leastScore !== undefined && { leastScore }) })
      if (requestCount === 0) return operations
      return withRequests(tables, { thresholds }, { times: { now, until }, operations, requestCount, mayReplay: this.#mayReplay })
    })
  }

  takeBatch(fence: number, options: TakeOptions): Promise<OutboxBatch> {
    return this.#locally(fence, async (local) => {
      // Asked together: each question is a message to another process.
      const [{ operations, hasMore }, acked, checkpoint] = await Promise.all([
        takeOperations(local, this.#context, options),
        ackedThrough(local),
        readCheckpoint(local.tables),
      ])
      return { deviceId: local.device.deviceId, ackedThrough: acked, checkpoint, operations, hasMore }
    })
  }

  settle(fence: number, batch: OutboxBatch, response: SyncResponse, now: number): Promise<SettleOutcome> {
    return this.#locally(fence, async (local) => {
      const { settled, conflicts, attempts, isForked } = await settleResults(local, this.#context, {
        results: response.results,
        now,
      })
      const isPulled = await this.#takeChanges(local, batch.checkpoint, response)
      await noteSyncTimes(local.tables, {
        now,
        pushed: batch.operations.map(({ entityType }) => entityType),
        pulled: isPulled ? response.changes.map(({ entityType }) => entityType) : undefined,
      })
      const isApplied =
        isPulled || (response.checkpoint !== undefined && response.checkpoint === (await readCheckpoint(local.tables)))
      return { settled, conflicts, attempts, raised: local.attention.raisedCount, isForked, isApplied }
    })
  }

  takeRequest(fence: number, options: Parameters<SyncStore['takeRequest']>[1]): ReturnType<SyncStore['takeRequest']> {
    return this.#locally(fence, (local) => takeRequest(local, this.#context, { ...options, mayReplay: this.#mayReplay }))
  }

  settleRequest(fence: number, outcome: Parameters<SyncStore['settleRequest']>[1]): Promise<SettledRequest> {
    return this.#locally(fence, (local) => settleRequest(local, this.#context, outcome))
  }

  checkpoint(): Promise<string | undefined> {
    return this.#database.transaction('read', readCheckpoint)
  }

  applyChanges(fence: number, after: string | undefined, page: ChangesResponse, now: number): Promise<boolean> {
    return this.#locally(fence, async (local) => {
      const isTaken = await this.#takeChanges(local, after, page)
      if (isTaken) await noteSyncTimes(local.tables, { now, pulled: page.changes.map(({ entityType }) => entityType) })
      return isTaken
    })
  }

  beginResync(fence: number): Promise<void> {
    return this.#confirmed(fence, (confirmed) => confirmed.beginResync())
  }

  applyResyncPage(fence: number, page: ChangesResponse): Promise<void> {
    return this.#confirmed(fence, (confirmed) => confirmed.putResynced(page.changes))
  }

  finishResync(fence: number, checkpoint: string, now: number): Promise<void> {
    return this.#confirmed(fence, async (confirmed, tables) => {
      if (!(await confirmed.finishResync())) return
      await writeMeta(tables, 'checkpoint', checkpoint)
      await noteSyncTimes(tables, { now, pulled: [] })
    })
  }

  noteFailedAttempt(
    fence: number,
    operationIds: readonly string[],
    failure: { readonly message: string; readonly now: number },
  ): Promise<readonly FailedAttempt[]> {
    return this.#locally(fence, async (local) => {
      const entries = await sentEntries(local, operationIds)
      for (const entry of entries) noteAttempt(local, this.#context, { entry, ...failure })
      return entries.map((entry) => attemptOf(entry, 'INTERNAL', local.outbox.get(entry.entryId)))
    })
  }

  quarantine(
    fence: number,
    operationIds: readonly string[],
    reason: Parameters<SyncStore['quarantine']>[2],
  ): Promise<readonly FailedAttempt[]> {
    return this.#locally(fence, async (local) => {
      const entries = await sentEntries(local, operationIds)
      for (const entry of entries) {
        local.outbox.put({ ...entry, state: 'parked', parkedFor: reason.code, lastError: reason.message })
        raiseAbout(local, this.#context, { entry, kind: 'failed', ...reason })
      }
      return entries.map((entry) => attemptOf(entry, reason.code))
    })
  }

  reviveFailed(fence: number): Promise<void> {
    return this.#locally(fence, async (local) => {
      const failed = await local.outbox.read({ index: '[lot+order]', from: ['failed', 0], to: ['failed', 0] })
      const parked = await local.outbox.read({ index: '[lot+order]', from: ['parked', 0], to: ['parked', 0] })
      const revived = [...failed, ...parked.filter(({ parkedFor }) => parkedFor === 'UPGRADE_REQUIRED')]
      for (const entry of revived) local.outbox.put(reviveEntry(entry))
      await reviveRequests(local)
      for (const { id } of await local.attention.aboutEntries(revived.map(({ entryId }) => entryId))) local.attention.delete(id)
    })
  }

  times(): Promise<SyncTimes> {
    return this.#database.transaction('read', readSyncTimes)
  }

  clockOffset(): Promise<number> {
    return this.#database.transaction('read', clockOffsetOf)
  }

  noteClockSample(sample: { readonly offsetMs: number; readonly roundTripMs: number }): Promise<void> {
    return this.#database.transaction('write', async (tables) => {
      const best = await readMeta(tables, 'clock', clockSampleSchema)
      await writeMeta(tables, 'clock', takeClockSample(best, sample))
    })
  }

  isEnabled(): Promise<boolean | undefined> {
    return this.#database.transaction('read', (tables) => readMeta(tables, 'enabled', z.boolean()))
  }

  setEnabled(isEnabled: boolean): Promise<void> {
    return this.#database.transaction('write', (tables) => writeMeta(tables, 'enabled', isEnabled))
  }

  onChanged(listener: () => void): () => void {
    return this.#database.observe(['outbox', 'requests', 'attention'], listener)
  }

  /** Rows and checkpoint together, and only where this page follows what is here. */
  async #takeChanges(local: LocalTransaction, after: string | undefined, page: ChangesResponse): Promise<boolean> {
    if (page.resyncRequired !== undefined || page.checkpoint === undefined) return false
    if ((await readCheckpoint(local.tables)) !== after) return false
    await Promise.all([local.confirmed.putNewer(page.changes), writeMeta(local.tables, 'checkpoint', page.checkpoint)])
    return true
  }

  #locally<T>(fence: number, work: (local: LocalTransaction) => Promise<T>): Promise<T> {
    return this.#shared.run(async (tables) => {
      await checkFence(tables, fence)
      return inLocalTransaction(tables, this.#context, work)
    })
  }

  #confirmed(fence: number, work: (confirmed: ConfirmedRecords, tables: RecordTables) => Promise<void>): Promise<void> {
    return this.#database.transaction('write', async (tables) => {
      await checkFence(tables, fence)
      await work(await ConfirmedRecords.open(tables, this.#context.schema), tables)
    })
  }
}

async function checkFence(tables: RecordTables, fence: number): Promise<void> {
  if ((await readMeta(tables, 'fence', z.number())) !== fence) throw new FenceLostError('another tab has taken over')
}

function readCheckpoint(tables: RecordTables): Promise<string | undefined> {
  return readMeta(tables, 'checkpoint', z.string())
}

/** Of these operations, those that were sent and wait for an answer. */
async function sentEntries({ outbox }: LocalTransaction, operationIds: readonly string[]) {
  const wanted = new Set(operationIds)
  const sent = await outbox.read({ index: '[lot+order]', from: ['sent', 0], to: ['sent', Infinity] })
  return sent.filter(({ operation }) => wanted.has(operation.operationId))
}
