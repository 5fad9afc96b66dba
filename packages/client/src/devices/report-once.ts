import type { ConnectivityStatus, DeviceCommand, Random } from '@rejoin/core'
import type { RecordDatabase } from '../record-database/record-database.ts'
import type { SyncSettings } from '../settings/sync-settings.ts'
import type { SyncRun } from '../sync/sync-run.ts'
import type { SyncState } from '../sync/sync-state.ts'
import { buildReport } from './build-report.ts'
import { CommandRunner } from './command-runner.ts'
import type { DeviceServer } from './device-server.ts'
import { forgetDevice } from './forget-device.ts'
import { readReporting, ReportingChoice } from './reporting-choice.ts'

export interface OneReportParts {
  readonly database: RecordDatabase
  readonly idRandom: Random
  readonly server: Pick<DeviceServer, 'report' | 'forget'>
  readonly state: SyncState
  readonly settings: SyncSettings
  readonly runs: readonly SyncRun[]
  readonly connectivity: ConnectivityStatus
  /** ms since the epoch. */
  readonly now: number
  readonly deviceName: string | undefined
  readonly isCompressed: boolean
  /** Everything that could be sent was just tried; otherwise "start" waits for a page, which can. */
  readonly hasRun: boolean
}

/**
 * For who is awake only for a moment: tells how the device does, where its person agreed, and does what is asked of it meanwhile. What cannot
 * be told now is told the next time. Rejects where the database fails.
 */
export async function reportOnce(parts: OneReportParts): Promise<void> {
  const { database, idRandom, server, settings, state, hasRun } = parts
  const before = await readReporting(database)
  if (before?.isEnabled !== true && before?.isForgetDue !== true) return
  const choice = new ReportingChoice(database, idRandom)
  try {
    if (!before.isEnabled) return void (await forgetDevice({ choice, server }, before.deviceId))
    const facts = await choice.change()
    const runs = parts.runs.filter(({ startedAt }) => startedAt > facts.reportedThrough)
    const reply = await server.report(
      buildReport({
        ...parts,
        facts,
        settings: settings.get(),
        runs,
        name: parts.deviceName,
        // Nobody was awake to read the battery before.
        batteryUsed: () => undefined,
        runSeenAt: undefined,
      }),
    )
    // The person may have changed their mind meanwhile, on a page.
    if (!(await choice.change()).isEnabled) return void (await forgetDevice({ choice, server }, facts.deviceId))
    if (reply.type !== 'answered') return
    const reportedThrough = runs.at(-1)?.startedAt
    if (reportedThrough !== undefined) await choice.change({ reportedThrough })
    const runner = new CommandRunner({ choice, settings, syncNow: () => Promise.resolve(state) })
    await runner.run(hasRun ? reply.body.commands : beforeStart(reply.body.commands))
  } finally {
    choice.close()
  }
}

/** Numbers are acknowledged in a row, so that what comes after a command that must wait waits too. */
function beforeStart(commands: readonly DeviceCommand[]): readonly DeviceCommand[] {
  const place = commands.findIndex(({ kind }) => kind === 'start')
  return place < 0 ? commands : commands.slice(0, place)
}
