import type { Clock, DeviceCommand, DeviceReport } from '@rejoin/core'
import { GroupCommitQueue } from '../../document-log/group-commit-queue.ts'
import type { RecordsCommit } from '../../records/record-store.ts'
import type { AppendRequest, AppendResult } from '../../relay/document-store.ts'
import { DeviceReportBatch } from '../devices/device-report-batch.ts'
import { AppendBatch, type SpareBuffers } from '../documents/append-batch.ts'
import type { DatabaseLife } from '../database/migrate.ts'
import { RecordCommitBatch } from '../records/record-commit-batch.ts'
import { StringTable } from '../documents/string-table.ts'
import { WorkerThread } from './worker-thread.ts'
import type { WriterCalls } from './writer-calls.ts'

export interface WriterLaneOptions {
  readonly dataDir: string
  readonly clock: Clock
  readonly onUpkeepFailed: (reason: string) => void
}

type SingleWrite = Exclude<keyof WriterCalls, 'open' | 'append' | 'commitRecords' | 'reportDevices' | 'close'>

/** What waits together: appends, commits of records and reports of devices, one transaction of each. */
interface WriteBatch {
  appends: AppendBatch | undefined
  records: RecordCommitBatch | undefined
  devices: DeviceReportBatch | undefined
}

/** The one way to the writer thread: first in, first out, one transaction under way at a time. */
export class WriterLane {
  readonly life: DatabaseLife
  commitCount = 0
  recordCommitCount = 0
  reportCommitCount = 0
  readonly #thread: WorkerThread<WriterCalls>
  readonly #options: WriterLaneOptions
  readonly #strings = new StringTable()
  #spare: SpareBuffers | undefined
  readonly #queue = new GroupCommitQueue<WriteBatch>({
    openBatch: () => ({ appends: undefined, records: undefined, devices: undefined }),
    isFull: ({ appends, records, devices }) => appends?.isFull === true || records?.isFull === true || devices?.isFull === true,
    commit: (batch) => this.#commit(batch),
  })

  private constructor(thread: WorkerThread<WriterCalls>, life: DatabaseLife, options: WriterLaneOptions) {
    this.#thread = thread
    this.life = life
    this.#options = options
  }

  static async open(options: WriterLaneOptions): Promise<WriterLane> {
    const { dataDir } = options
    const thread = new WorkerThread<WriterCalls>({
      name: 'document writer',
      module: 'document-writer-worker',
      workerData: { dataDir },
    })
    try {
      return new WriterLane(thread, await thread.call('open', undefined), options)
    } catch (error) {
      await thread.terminate()
      throw error
    }
  }

  /** The rows are copied before this returns. */
  append(tenant: string, request: AppendRequest): Promise<AppendResult> {
    const batch = this.#queue.batch()
    batch.appends ??= this.#openAppends()
    return batch.appends.add(tenant, request)
  }

  commitRecords(tenant: string, commit: RecordsCommit): Promise<'committed' | 'stale'> {
    const batch = this.#queue.batch()
    batch.records ??= new RecordCommitBatch()
    return batch.records.add(tenant, commit)
  }

  reportDevice(tenant: string, user: string | null, report: DeviceReport): Promise<readonly DeviceCommand[]> {
    const batch = this.#queue.batch()
    batch.devices ??= new DeviceReportBatch()
    return batch.devices.add(tenant, user, report)
  }

  write<Name extends SingleWrite>(
    name: Name,
    argument: Omit<Parameters<WriterCalls[Name]>[0], 'now'>,
  ): Promise<ReturnType<WriterCalls[Name]>> {
    return this.#queue.exclusive(() => this.#thread.call(name, { ...argument, now: this.#options.clock.now() }))
  }

  /** Commits what was taken so far, then closes the database. */
  async close(): Promise<void> {
    await this.#queue.close()
    if (!this.#thread.hasEnded) await this.#thread.call('close', undefined)
    await this.#thread.terminate()
  }

  async #commit({ appends, records, devices }: WriteBatch): Promise<void> {
    await Promise.all([
      appends && this.#commitAppends(appends),
      records && this.#commitRecords(records),
      devices && this.#commitReports(devices),
    ])
  }

  async #commitRecords(batch: RecordCommitBatch): Promise<void> {
    this.recordCommitCount += 1
    try {
      const call = { commits: batch.commits, now: this.#options.clock.now() }
      const { outcomes, upkeepFailure } = await this.#thread.call('commitRecords', call)
      batch.settle(outcomes)
      this.#noteUpkeep(upkeepFailure)
    } catch (error) {
      batch.fail(error)
    }
  }

  async #commitReports(batch: DeviceReportBatch): Promise<void> {
    this.reportCommitCount += 1
    try {
      batch.settle(await this.#thread.call('reportDevices', { reports: batch.reports, now: this.#options.clock.now() }))
    } catch (error) {
      batch.fail(error)
    }
  }

  async #commitAppends(batch: AppendBatch): Promise<void> {
    this.commitCount += 1
    const packed = batch.packed()
    this.#spare = batch.spare
    const call = { ...packed, now: this.#options.clock.now() }
    try {
      const outcome = await this.#thread.call('append', call, [packed.numbers.buffer, packed.bytes.buffer])
      batch.settle(outcome.stale)
      this.#noteUpkeep(outcome.upkeepFailure)
    } catch (error) {
      batch.fail(error)
    }
  }

  #noteUpkeep(failure: string | undefined): void {
    if (failure !== undefined) this.#options.onUpkeepFailed(failure)
  }

  #openAppends(): AppendBatch {
    const spare = this.#spare
    this.#spare = undefined
    return new AppendBatch(this.#strings, spare)
  }
}
