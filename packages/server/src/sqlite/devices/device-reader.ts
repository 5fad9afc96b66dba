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

/**
 * A statement for each way to ask: with conditions that may be absent SQLite walks through all devices of the tenant, each time that one of
 * them connects. So it would for those of a user, to be spared their sorting; the `+` forbids it.
 */
function listSql({ user, deviceId }: ListDevicesCall): string {
  const ofUser = user === undefined ? '' : 'AND has_user = :hasUser AND user = :user'
  const ofDevice = deviceId === undefined ? '' : 'AND device = :device'
  const time = user === undefined ? 'reported_at' : '+reported_at'
  return `SELECT has_user, user, reported_at, report, commands FROM device WHERE tenant = :tenant ${ofUser} ${ofDevice}
ORDER BY ${time} DESC, id LIMIT ${listedDevicesMax}`
}

const runsSql = `SELECT metrics FROM device_run JOIN device ON device.id = device_id
WHERE tenant = :tenant AND has_user = :hasUser AND user = :user AND device = :device ORDER BY started_at`

/** Devices, inside the caller's read. */
export class DeviceReader {
  readonly #database: DatabaseSync
  readonly #lists = new Map<string, StatementSync>()
  readonly #runs: StatementSync

  constructor(database: DatabaseSync) {
    this.#database = database
    this.#runs = database.prepare(runsSql)
  }

  list(call: ListDevicesCall): readonly DeviceColumns[] {
    const { tenant, user, deviceId } = call
    const ofUser = user !== undefined && { hasUser: Number(user !== null), user: user ?? '' }
    const ofDevice = deviceId !== undefined && { device: deviceId }
    return this.#prepared(listSql(call))
      .all({ tenant, ...ofUser, ...ofDevice })
      .map(deviceColumnsOf)
  }

  runs({ tenant, user, deviceId }: PlaceInTenant): readonly string[] {
    const rows = this.#runs.all({ tenant, hasUser: Number(user !== null), user: user ?? '', device: deviceId })
    return rows.map((row) => textOf(row['metrics']))
  }

  #prepared(sql: string): StatementSync {
    const statement = this.#lists.get(sql) ?? this.#database.prepare(sql)
    this.#lists.set(sql, statement)
    return statement
  }
}
