import { z } from 'zod'
import { backgroundSyncSettingsSchema } from '../settings/background-sync-settings.ts'
import { connectivityStatusSchema } from '../settings/connectivity-status.ts'
import { deviceIdSchema } from '../sync/operation.ts'
import { deviceCommandSchema } from './device-command.ts'
import { deviceLimits } from './device-limits.ts'
import { syncMetricsSchema } from './sync-metrics.ts'

const time = z.iso.datetime({ offset: true })

/** How far the run under way is: so many of those that waited when it began. */
export const backgroundSyncProgressSchema = z.strictObject({
  current: z.int().nonnegative(),
  total: z.int().nonnegative(),
  startedAt: time.optional(),
})

const deviceErrorSchema = z.strictObject({
  code: z.string().min(1).max(64),
  message: z.string().max(deviceLimits.errorCharactersMax),
})

/**
 * Body of `POST /api/v1/devices/report`: what a device that opted in says of itself. It holds no record, no name of one and no token;
 * the name is one for the device ("Chrome on Android").
 */
export const deviceReportSchema = z.strictObject({
  deviceId: deviceIdSchema,
  name: z.string().trim().min(1).max(deviceLimits.nameCharactersMax).optional(),
  /** `null` where nothing runs. */
  currentProgress: backgroundSyncProgressSchema.nullable(),
  connectivity: connectivityStatusSchema,
  /** What waits in the outbox. */
  queueSize: z.int().nonnegative(),
  estimatedCompletionTime: time.optional(),
  lastError: deviceErrorSchema.optional(),
  lastSyncedAt: time.optional(),
  settings: backgroundSyncSettingsSchema,
  /** Runs since the report before, the oldest first. */
  runs: z.array(syncMetricsSchema).max(deviceLimits.runsMax),
  /** The number of the last command that was carried out; 0 for none. */
  acknowledgedThrough: z.int().nonnegative().max(deviceLimits.commandNumberMax),
})

/** Answer to a report: commands that were not acknowledged yet, in their order. */
export const deviceReportReplySchema = z.object({ commands: z.array(deviceCommandSchema) })

export type BackgroundSyncProgress = z.infer<typeof backgroundSyncProgressSchema>
export type DeviceReport = z.infer<typeof deviceReportSchema>
export type DeviceReportReply = z.infer<typeof deviceReportReplySchema>
