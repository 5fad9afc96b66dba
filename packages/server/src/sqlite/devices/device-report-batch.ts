import type { DeviceCommand, DeviceReport } from '@rejoin/core'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'
import type { PackedReport } from './device-writer.ts'

/** What fits into one transaction; more waits for the next. */
const reportsMax = 500

/** Reports of devices that are to be written together: many devices speak at once when a server comes back. */
export class DeviceReportBatch {
  readonly reports: PackedReport[] = []
  readonly #settlers: PromiseWithResolvers<readonly DeviceCommand[]>[] = []

  get isFull(): boolean {
    return this.reports.length >= reportsMax
  }

  add(tenant: string, user: string | null, { runs, ...report }: DeviceReport): Promise<readonly DeviceCommand[]> {
    const settler = Promise.withResolvers<readonly DeviceCommand[]>()
    this.#settlers.push(settler)
    this.reports.push({
      tenant,
      user,
      deviceId: report.deviceId,
      report: JSON.stringify(report),
      acknowledgedThrough: report.acknowledgedThrough,
      runs: runs.map((run) => ({ startedAt: Date.parse(run.startedAt), metrics: JSON.stringify(run) })),
    })
    return settler.promise
  }

  settle(waiting: readonly (readonly DeviceCommand[] | undefined)[]): void {
    for (const [index, settler] of this.#settlers.entries()) {
      const commands = waiting[index]
      if (commands !== undefined) settler.resolve(commands)
      else
        settler.reject(
          new DocumentStoreError('corrupt', 'the database holds something else where the commands of a device belong'),
        )
    }
  }

  fail(error: unknown): void {
    for (const settler of this.#settlers) settler.reject(error)
  }
}
