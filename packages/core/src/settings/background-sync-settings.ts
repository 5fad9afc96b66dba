import { z } from 'zod'

/**
 * How a device syncs in the background. They hold back background work only, never what a person asked for: "Sync now" always runs.
 */
export const backgroundSyncSettingsSchema = z.strictObject({
  /** `false`: no background work. */
  enabled: z.boolean(),
  syncOnlyWhenCharging: z.boolean(),
  /** Percent; below it, and not charging, background work waits. */
  minimumBatteryLevel: z.number().min(0).max(100),
  maximumConcurrentOperations: z.int().min(1).max(16),
  syncIntervalMinutes: z
    .number()
    .min(1)
    .max(24 * 60),
  maxRetryAttempts: z.int().min(0).max(100),
  /** Background work below this level waits for better conditions. */
  priorityThreshold: z.enum(['HIGH', 'NORMAL', 'LOW']),
})

export type BackgroundSyncSettings = z.infer<typeof backgroundSyncSettingsSchema>

/** Until a person decides otherwise. */
export const defaultBackgroundSyncSettings: BackgroundSyncSettings = {
  enabled: true,
  syncOnlyWhenCharging: false,
  minimumBatteryLevel: 20,
  maximumConcurrentOperations: 3,
  syncIntervalMinutes: 5,
  maxRetryAttempts: 5,
  priorityThreshold: 'LOW',
}
