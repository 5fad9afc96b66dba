import { z } from 'zod'

export const connectionQualitySchema = z.enum(['excellent', 'good', 'poor', 'offline'])

/** What a device knows of its connection and its power. What the browser does not tell is absent. */
export const connectivityStatusSchema = z.strictObject({
  isOnline: z.boolean(),
  /** As the browser calls it (`wifi`, `cellular`, …); `unknown` where it does not. */
  connectionType: z.string().min(1).max(32),
  connectionQuality: connectionQualitySchema,
  /** When the server was last reached, ms since the epoch by the device's clock; `null` before the first time. */
  lastConnected: z.number().nonnegative().nullable(),
  /** Mbit/s downwards. */
  networkSpeed: z.number().nonnegative().optional(),
  roundTripMs: z.number().nonnegative().optional(),
  /** 0 to 100, in percent. */
  batteryLevel: z.number().min(0).max(100).optional(),
  isCharging: z.boolean().optional(),
  /** The person asked their browser to save data. */
  isSavingData: z.boolean().optional(),
})

export type ConnectionQuality = z.infer<typeof connectionQualitySchema>
export type ConnectivityStatus = z.infer<typeof connectivityStatusSchema>
