import { z } from 'zod'
import { connectionQualitySchema } from '../settings/connectivity-status.ts'

const count = z.int().nonnegative()

/** What one run of background sync did and cost. Counts and sizes only: nothing of what was synced is in it. */
export const syncMetricsSchema = z.strictObject({
  /** When the run began, by the device's clock. It names the run: the same run told twice is one. */
  startedAt: z.iso.datetime({ offset: true }),
  durationMs: z.number().nonnegative(),
  /** It came to rest with nothing in the way. */
  isSuccessful: z.boolean(),
  /** Operations that got their verdict. */
  items: count,
  requests: count,
  /** Bodies as they travelled, in both directions. */
  bytes: count,
  /** Attempts that failed. */
  errors: count,
  /** Share of a full battery, 0 to 1, that was used while it ran; absent where the browser does not say. */
  batteryUsed: z.number().min(0).max(1).optional(),
  isCharging: z.boolean().optional(),
  connectionQuality: connectionQualitySchema.optional(),
  /** Whether the device compresses what it sends. */
  isCompressed: z.boolean().optional(),
})

export type SyncMetrics = z.infer<typeof syncMetricsSchema>
