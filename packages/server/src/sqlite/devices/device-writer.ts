import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { deviceLimits, type DeviceCommand } from '@rejoin/core'
import type { CommandOrder } from '../../devices/device-store.ts'
import { nextCommands } from '../../devices/next-commands.ts'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'
import { integerOf, textOf } from '../database/column-value.ts'
import { commandsOfText } from './device-rows.ts'

/** Whose device, and which. */
export interface PlaceInTenant {
  readonly tenant: string
  readonly user: string | null
  readonly deviceId: string
}

/** A report as the writer takes it: JSON, made on the asking thread. */
export interface PackedReport extends PlaceInTenant {
  readonly report: string
  readonly acknowledgedThrough: number
  readonly runs: readonly { readonly startedAt: number; readonly metrics: string }[]
}

export interface CommandCall extends PlaceInTenant {
  readonly order: CommandOrder
}

/** Rows looked at in one transaction, so that no commit waits long for it. */
const prunedRowsMax = 500

const findSql = 'SELECT id, last_command, commands FROM device WHERE tenant = ? AND has_user = ? AND user = ? AND device = ?'
const addSql = `INSERT INTO device (tenant, has_user, user, device, reported_at, last_command, report, commands)
VALUES (?, ?, ?, ?, ?, ?, ?, '[]')`
/** A database that came back from a backup goes on with the numbers, too: a command at or below what was carried out would count as carried out. */
const renewSql = `UPDATE device SET reported_at = ?, report = ?, commands = ?, last_command = max(last_command, ?) WHERE id = ?`
/** The `+`: SQLite would walk by time through all devices of the tenant, to be spared the sorting of a hundred. */
const silentestSql = `SELECT id FROM device WHERE tenant = ? AND has_user = ? AND user = ?
ORDER BY +reported_at DESC LIMIT -1 OFFSET ${deviceLimits.perUserMax - 1}`
const addRunSql = 'INSERT OR IGNORE INTO device_run (device_id, started_at, reported_at, metrics) VALUES (?, ?, ?, ?)'
const trimRunsSql = `DELETE FROM device_run WHERE device_id = ?1 AND started_at <=
(SELECT started_at FROM device_run WHERE device_id = ?1 ORDER BY started_at DESC LIMIT 1 OFFSET ${deviceLimits.runsMax})`
const pruneDevicesSql = `DELETE FROM device WHERE id IN (SELECT id FROM device WHERE reported_at < ? LIMIT ${prunedRowsMax})`
const pruneRunsSql = `DELETE FROM device_run WHERE (device_id, started_at) IN
(SELECT device_id, started_at FROM device_run WHERE reported_at < ? LIMIT ${prunedRowsMax})`

/** Devices and their commands, inside the caller's transaction. */
export class DeviceWriter {
  readonly #find: StatementSync
  readonly #add: StatementSync
  readonly #silentest: StatementSync
  readonly #remove: StatementSync
  readonly #renew: StatementSync
  readonly #giveCommands: StatementSync
  readonly #addRun: StatementSync
  readonly #trimRuns: StatementSync
  readonly #pruneDevices: StatementSync
  readonly #pruneRuns: StatementSync

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(findSql)
    this.#add = database.prepare(addSql)
    this.#silentest = database.prepare(silentestSql)
    this.#remove = database.prepare('DELETE FROM device WHERE id = ?')
    this.#renew = database.prepare(renewSql)
    this.#giveCommands = database.prepare('UPDATE device SET last_command = ?, commands = ? WHERE id = ?')
    this.#addRun = database.prepare(addRunSql)
    this.#trimRuns = database.prepare(trimRunsSql)
    this.#pruneDevices = database.prepare(pruneDevicesSql)
    this.#pruneRuns = database.prepare(pruneRunsSql)
  }

  /** The commands that the device has not acknowledged; `undefined`: what is there of them is damaged, and nothing was written. */
  report(packed: PackedReport, now: number): readonly DeviceCommand[] | undefined {
    const { report, acknowledgedThrough, runs } = packed
    const found = this.#find.get(...columnsOf(packed))
    const waiting = found === undefined ? [] : undamagedCommands(textOf(found['commands']))
    // The reports of others are in the same transaction.
    if (waiting === undefined) return undefined
    const commands = waiting.filter(({ number }) => number > acknowledgedThrough)
    const id = found === undefined ? this.#addDevice(packed, now) : integerOf(found['id'])
    if (found !== undefined) this.#renew.run(now, report, JSON.stringify(commands), acknowledgedThrough, id)
    for (const { startedAt, metrics } of runs) this.#addRun.run(id, startedAt, now, metrics)
    if (runs.length > 0) this.#trimRuns.run(id)
    return commands
  }

  command(call: CommandCall, now: number): readonly DeviceCommand[] | undefined {
    const found = this.#find.get(...columnsOf(call))
    if (found === undefined) return undefined
    const number = integerOf(found['last_command']) + 1
    const issuedAt = new Date(now).toISOString()
    const commands = nextCommands(commandsOfText(textOf(found['commands'])), call.order, { number, issuedAt })
    this.#giveCommands.run(number, JSON.stringify(commands), integerOf(found['id']))
    return commands
  }

  forget(place: PlaceInTenant): boolean {
    const found = this.#find.get(...columnsOf(place))
    if (found !== undefined) this.#remove.run(integerOf(found['id']))
    return found !== undefined
  }

  /** Whether there may be more. */
  prune(before: number): boolean {
    // Of a device that goes every run is as old, so that none is left to go with it: each may have a hundred.
    const runs = Number(this.#pruneRuns.run(before).changes)
    if (runs === prunedRowsMax) return true
    return Number(this.#pruneDevices.run(before).changes) === prunedRowsMax
  }

  #addDevice(packed: PackedReport, now: number): number {
    const [tenant, hasUser, user, device] = columnsOf(packed)
    for (const row of this.#silentest.all(tenant, hasUser, user)) this.#remove.run(integerOf(row['id']))
    // One that was forgotten goes on with its numbers: it takes no command twice.
    const { acknowledgedThrough, report } = packed
    return Number(this.#add.run(tenant, hasUser, user, device, now, acknowledgedThrough, report).lastInsertRowid)
  }
}

function undamagedCommands(text: string): readonly DeviceCommand[] | undefined {
  try {
    return commandsOfText(text)
  } catch (error) {
    if (error instanceof DocumentStoreError && error.code === 'corrupt') return undefined
    throw error
  }
}

function columnsOf({ tenant, user, deviceId }: PlaceInTenant): readonly [string, number, string, string] {
  return [tenant, user === null ? 0 : 1, user ?? '', deviceId]
}
