import type { Clock, ConnectivityStatus, Random } from '@rejoin/core'
import type { ClientAuth } from '../client-auth.ts'
import type { DeviceHost } from '../devices/device-host.ts'
import { reportOnce } from '../devices/report-once.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import type { Scope } from '../scope/scope-registry.ts'
import type { SettingsKeeper } from '../settings/settings-keeper.ts'
import { unknownState } from '../sync/shown-state.ts'
import type { SyncRun } from '../sync/sync-run.ts'
import type { OutboxCounts } from '../sync/sync-store.ts'

export interface DeviceReportParts {
  readonly deviceHost: DeviceHost
  readonly owner: Scope['owner']
  readonly getToken: ClientAuth['getToken'] | undefined
  readonly database: RecordDatabase
  readonly settings: SettingsKeeper
  readonly runs: readonly SyncRun[]
  readonly connectivity: ConnectivityStatus
  readonly counts: OutboxCounts
  readonly clock: Clock
  readonly idRandom: Random
  /** `false`: the device is paused. */
  readonly hasRun: boolean
}

/** What a page would tell of this device, told by the worker while there is none. It costs the delivery nothing, whatever becomes of it. */
export async function reportDevice(parts: DeviceReportParts): Promise<void> {
  const { deviceHost, owner, getToken, counts, clock, ...rest } = parts
  const auth = owner !== undefined && getToken !== undefined ? { ...owner, getToken } : undefined
  const { pending, inFlight, failed, attention } = counts
  try {
    await reportOnce({
      ...rest,
      server: deviceHost.createServer(auth),
      deviceName: deviceHost.name,
      isCompressed: deviceHost.isCompressed,
      now: clock.now(),
      state: { ...unknownState, status: pending > 0 ? 'offline' : 'upToDate', pending, inFlight, failed, attention },
    })
  } catch {
    // The database has told of its trouble; the next event, or a page, tells the server.
    return
  }
}
