import { z } from 'zod'

/** How a device syncs by itself. What a person asks for ("Sync now") is never held back by any of it. */
export const backgroundSyncSettingsSchema = z.strictObject({
  /** `false`: nothing is sent or fetched by itself. */
  enabled: z.boolean(),
  /** On battery everything waits. A device that does not tell of its battery counts as charging. */
  syncOnlyWhenCharging: z.boolean(),
  /** Percent. Below it, without charging, only what is `HIGH` goes. */
  minimumBatteryLevel: z.int().min(0).max(100),
  /** Requests under way at the same time: one for the records, for which a place is kept, and one of each lane of the app's requests. Documents have as many of their own. */
  maximumConcurrentOperations: z.int().min(1).max(16),
  /** The server is asked for news this often, whatever it says by itself; half as often where the connection or the battery is poor. */
  syncIntervalMinutes: z
    .int()
    .min(1)
    .max(24 * 60),
  /** How often a change that failed is tried again. Until somebody sets it, the retry schedule of the app says how often. */
  maxRetryAttempts: z.int().min(0).max(100),
  /** What is below it waits while the connection is poor. */
  priorityThreshold: z.enum(['HIGH', 'NORMAL', 'LOW']),
  /** `false`: over a metered connection, or where the person asked their browser to save data, what is `LOW` waits (or what is below the threshold, where that is higher). */
  useMeteredConnection: z.boolean(),
})

export type BackgroundSyncSettings = Readonly<z.infer<typeof backgroundSyncSettingsSchema>>

export const defaultBackgroundSyncSettings: BackgroundSyncSettings = {
  enabled: true,
  syncOnlyWhenCharging: false,
  minimumBatteryLevel: 20,
  maximumConcurrentOperations: 3,
  syncIntervalMinutes: 5,
  maxRetryAttempts: 5,
  priorityThreshold: 'LOW',
  useMeteredConnection: false,
}

const someSettingsSchema = backgroundSyncSettingsSchema.partial()

/**
 * As much of what was stored as can be understood: a field that is missing, unknown or out of its bounds counts as not set, so that what an
 * older or newer version wrote, or the disk spoiled, costs no more than that field.
 */
export function readStoredSettings(stored: unknown): z.infer<typeof someSettingsSchema> {
  if (typeof stored !== 'object' || stored === null) return {}
  const readable = Object.entries(backgroundSyncSettingsSchema.shape).flatMap(([name, field]) => {
    const value: unknown = Object.hasOwn(stored, name) ? Reflect.get(stored, name) : undefined
    return field.safeParse(value).success ? [[name, value] as const] : []
  })
  return someSettingsSchema.parse(Object.fromEntries(readable))
}
