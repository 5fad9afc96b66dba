import type { DeviceStore, TenantDevices } from '../../devices/device-store.ts'
import type { ReaderCalls } from '../threads/reader-calls.ts'
import type { WorkerThread } from '../threads/worker-thread.ts'
import type { WriterLane } from '../threads/writer-lane.ts'
import { deviceOfColumns, runOfText } from './device-rows.ts'

export interface SqliteDeviceStoreParts {
  readonly writer: WriterLane
  /** Throws once the store is closed. */
  readonly reader: () => WorkerThread<ReaderCalls>
  /** Throws once the store is closed. */
  readonly assertOpen: () => void
}

/** Devices beside the records: the same database, the same writer and the same reader. */
export function createSqliteDeviceStore(parts: SqliteDeviceStoreParts): DeviceStore {
  return {
    tenant: (tenant) => tenantDevices(tenant, parts),
    prune: async (before) => {
      parts.assertOpen()
      return parts.writer.write('pruneDevices', { before })
    },
  }
}

function tenantDevices(tenant: string, { writer, reader, assertOpen }: SqliteDeviceStoreParts): TenantDevices {
  return {
    report: async (user, report) => {
      assertOpen()
      return writer.reportDevice(tenant, user, report)
    },
    command: async (place, order) => {
      assertOpen()
      return writer.write('commandDevice', { tenant, ...place, order })
    },
    forget: async (place) => {
      assertOpen()
      return writer.write('forgetDevice', { tenant, ...place })
    },
    list: async ({ user, deviceId }) => {
      const rows = await reader().call('devices', { tenant, user, deviceId })
      return rows.map(deviceOfColumns)
    },
    runs: async (place) => (await reader().call('deviceRuns', { tenant, ...place })).map(runOfText),
  }
}
