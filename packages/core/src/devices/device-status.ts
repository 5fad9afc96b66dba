import { z } from 'zod'
import { backgroundSyncSettingsSchema } from '../settings/background-sync-settings.ts'
import { connectivityStatusSchema } from '../settings/connectivity-status.ts'
import { deviceReportSchema } from './device-report.ts'
import { syncMetricsSchema } from './sync-metrics.ts'

const reported = deviceReportSchema.shape
/** Not strict: a newer server may say more, and is still understood. */
const connectivity = z.object(connectivityStatusSchema.shape)
const settings = z.object(backgroundSyncSettingsSchema.shape)

/** Answer of `GET /api/v1/sync/background/status`: how background sync of one device stands, as it last said. */
export const deviceStatusSchema = z.object({
  deviceId: reported.deviceId,
  /** Background sync is on, and the device was heard of in the last five minutes. */
  isActive: z.boolean(),
  currentProgress: reported.currentProgress,
  connectivity,
  queueSize: reported.queueSize,
  estimatedCompletionTime: reported.estimatedCompletionTime,
  lastError: reported.lastError,
})

/** One of `GET /api/v1/devices`: its status, and what a list of devices shows beside it. */
export const deviceSchema = deviceStatusSchema.extend({
  name: reported.name,
  /** Whose it is; `null` on a server without sign-in. */
  user: z.string().nullable(),
  /** It is connected and would hear a command at once. */
  isLive: z.boolean(),
  settings,
  lastSyncedAt: reported.lastSyncedAt,
  lastSeenAt: z.iso.datetime(),
  /** Commands that it has not acknowledged. */
  pendingCommands: z.int().nonnegative(),
})

export const deviceListSchema = z.object({ devices: z.array(deviceSchema) })

/** Averages over the runs that are kept; `null` where no run tells. */
export const averagePerformanceSchema = z.object({
  itemsPerMinute: z.number().nonnegative().nullable(),
  /** Share of the runs that came to rest with nothing in the way. */
  successRate: z.number().min(0).max(1).nullable(),
  /** Share of a full battery that a run uses. */
  batteryPerRun: z.number().min(0).max(1).nullable(),
  network: z.object({
    bytesPerItem: z.number().nonnegative().nullable(),
    requestsPerRun: z.number().nonnegative().nullable(),
    /** Share of the runs that had a good or excellent connection. */
    goodConnectionRate: z.number().min(0).max(1).nullable(),
  }),
})

export const largestSavingSchema = z.object({
  advice: z.enum(['batchMore', 'compress', 'chargingOnly']),
  /** What of its kind (requests, bytes, battery) would be saved, 0 to 1. */
  share: z.number().min(0).max(1),
  /** One sentence for a person, with the figures behind it. */
  reason: z.string(),
})

/** Answer of `GET /api/v1/sync/background/metrics`. */
export const deviceMetricsSchema = z.object({
  /** The latest run; `null` before the first. */
  current: syncMetricsSchema.nullable(),
  /** The last 100 runs, the oldest first. */
  historical: z.array(syncMetricsSchema),
  averagePerformance: averagePerformanceSchema,
  /** `null` where nothing worth it is to be saved. */
  largestSaving: largestSavingSchema.nullable(),
})

export type DeviceStatus = z.infer<typeof deviceStatusSchema>
export type Device = z.infer<typeof deviceSchema>
export type AveragePerformance = z.infer<typeof averagePerformanceSchema>
export type LargestSaving = z.infer<typeof largestSavingSchema>
export type DeviceMetrics = z.infer<typeof deviceMetricsSchema>
