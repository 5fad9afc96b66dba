import {
  defaultBackgroundSyncSettings,
  deviceCommandSchema,
  deviceReportSchema,
  readStoredSettings,
  syncMetricsSchema,
  type BackgroundSyncSettings,
  type DeviceCommand,
  type SyncMetrics,
} from '@rejoin/core'
import type { ReportedDevice } from '../../devices/device-store.ts'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'
import { integerOf, textOf } from '../database/column-value.ts'
import { jsonOf } from '../database/json-column.ts'

/** A row of `device` on its way from the reading thread. */
export interface DeviceColumns {
  readonly user: string | null
  readonly reportedAt: number
  readonly report: string
  readonly commands: string
}

const storedReportSchema = deviceReportSchema.omit({ runs: true })
const commandsSchema = deviceCommandSchema.array()

export function deviceColumnsOf(row: Record<string, unknown>): DeviceColumns {
  return {
    user: integerOf(row['has_user']) === 1 ? textOf(row['user']) : null,
    reportedAt: integerOf(row['reported_at']),
    report: textOf(row['report']),
    commands: textOf(row['commands']),
  }
}

/** Throws `corrupt` where a column does not hold what was written. */
export function deviceOfColumns({ user, reportedAt, report, commands }: DeviceColumns): ReportedDevice {
  return {
    user,
    reportedAt,
    report: readAs(storedReportSchema, withKnownSettings(jsonOf(report), defaultBackgroundSyncSettings)),
    commands: commandsOfText(commands),
  }
}

export function commandsOfText(text: string): readonly DeviceCommand[] {
  const stored = jsonOf(text)
  return readAs(commandsSchema, Array.isArray(stored) ? stored.map((command: unknown) => withKnownSettings(command, {})) : stored)
}

export function runOfText(text: string): SyncMetrics {
  return readAs(syncMetricsSchema, jsonOf(text))
}

/** A setting that came, or went, with another version of the server must not hide a device or stop its reports. */
function withKnownSettings(stored: unknown, defaults: Partial<BackgroundSyncSettings>): unknown {
  if (typeof stored !== 'object' || stored === null || !('settings' in stored)) return stored
  return { ...stored, settings: { ...defaults, ...readStoredSettings(stored.settings) } }
}

function readAs<Value>(
  schema: { safeParse(value: unknown): { readonly data?: Value | undefined; readonly error?: Error | undefined } },
  stored: unknown,
): Value {
  const { data, error } = schema.safeParse(stored)
  if (data === undefined)
    throw new DocumentStoreError('corrupt', 'the database holds something else where a device belongs', { cause: error })
  return data
}
