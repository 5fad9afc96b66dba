import type { Clock, Random } from '@rejoin/core'
import { attentionSince, lastAttentionId } from '../outbox/attention-since.ts'
import type { AttentionItem } from '../outbox/attention.ts'
import { noteBackgroundRun, resumeBackgroundRun, type BackgroundProgress } from '../outbox/background-run.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import type { ScopeOwner } from '../scope/scope-registry.ts'
import type { SyncWorkerMessage } from './sync-worker-message.ts'

export interface ReportParts {
  readonly database: RecordDatabase
  readonly owner: ScopeOwner | undefined
  readonly clock: Clock
  readonly idRandom: Random
  readonly tell: (message: SyncWorkerMessage) => Promise<void>
}

/** What pages and persons are told of one delivery, and what of it is kept for the next event. */
export class BackgroundReport {
  readonly #parts: ReportParts
  #progress: BackgroundProgress
  #lastAttentionId: number

  private constructor(parts: ReportParts, progress: BackgroundProgress, attentionId: number) {
    this.#parts = parts
    this.#progress = progress
    this.#lastAttentionId = attentionId
  }

  static async begin(parts: ReportParts, pending: number): Promise<BackgroundReport> {
    const { database, idRandom } = parts
    const report = new BackgroundReport(
      parts,
      await resumeBackgroundRun(database, pending),
      await lastAttentionId(database, idRandom),
    )
    await report.#keep(0)
    return report
  }

  async settled(count: number): Promise<void> {
    const { current, total } = this.#progress
    this.#progress = { total, current: Math.min(total, current + count) }
    await this.#keep(count)
    if (count > 0) await this.#parts.tell({ type: 'SYNC_PROGRESS', owner: this.#parts.owner, ...this.#progress })
    await this.raised()
  }

  /** Tells of what needs a person since it was last asked. */
  async raised(): Promise<void> {
    for (const item of await attentionSince(this.#parts.database, this.#lastAttentionId)) {
      this.#lastAttentionId = item.id
      await this.#parts.tell({ ...messageAbout(item), owner: this.#parts.owner })
    }
  }

  async complete(): Promise<void> {
    const { total } = this.#progress
    this.#progress = { current: total, total }
    await this.#keep(0)
    await this.#parts.tell({ type: 'SYNC_COMPLETE', owner: this.#parts.owner, total })
  }

  #keep(settled: number): Promise<void> {
    const { database, clock } = this.#parts
    return noteBackgroundRun(database, { progress: this.#progress, settled, now: clock.now() })
  }
}

function messageAbout({ id, kind, code, title, message }: AttentionItem): SyncWorkerMessage {
  if (kind === 'conflict' || kind === 'overruled') return { type: 'SYNC_CONFLICT', attentionId: id, title, message }
  return { type: 'SYNC_FAILED', attentionId: id, title, code: code ?? kind, message, willRetry: false }
}
