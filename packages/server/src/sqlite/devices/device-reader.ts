import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { listedDevicesMax } from '../../devices/device-store.ts'
import { textOf } from '../database/column-value.ts'
import { deviceColumnsOf, type DeviceColumns } from './device-rows.ts'
import type { PlaceInTenant } from './device-writer.ts'

export interface ListDevicesCall {
  readonly tenant: string
  /** `undefined`: of everybody. */
  readonly user: string | null | undefined
  /** `undefined`: all. */
  readonly deviceId: string | undefined
}

const listSql = `SELECT has_user, user, reported_at, report, commands FROM device WHERE tenant = :tenant
AND (:hasUser IS NULL OR (has_user = :hasUser AND user = :user)) AND (:device IS NULL OR device = :device)
ORDER BY reported_at DESC, id LIMIT ${listedDevicesMax}`

const runsSql = `SELECT metrics FROM device_run JOIN device ON device.id = device_id
WHERE tenant = :tenant AND has_user = :hasUser AND user = :user AND device = :device ORDER BY started_at`

/** Devices, inside the caller's read. */
export class DeviceReader {
  readonly #list: StatementSync
  readonly #runs: StatementSync

  constructor(database: DatabaseSync) {
    this.#list = database.prepare(listSql)
    this.#runs = database.prepare(runsSql)
  }

  list({ tenant, user, deviceId }: ListDevicesCall): readonly DeviceColumns[] {
    const hasUser = user === undefined ? null : Number(user !== null)
    return this.#list.all({ tenant, hasUser, user: user ?? '', device: deviceId ?? null }).map(deviceColumnsOf)
  }

  runs({ tenant, user, deviceId }: PlaceInTenant): readonly string[] {
    const rows = this.#runs.all({ tenant, hasUser: Number(user !== null), user: user ?? '', device: deviceId })
    return rows.map((row) => textOf(row['metrics']))
  }
}
