import { z } from 'zod'
import { backgroundSyncSettingsSchema, type BackgroundSyncSettings } from '../settings/background-sync-settings.ts'

const settings = backgroundSyncSettingsSchema.shape

/** Some of the settings of a device; what is not named stays. */
export const settingsChangeSchema = z.strictObject({
  enabled: settings.enabled.exactOptional(),
  syncOnlyWhenCharging: settings.syncOnlyWhenCharging.exactOptional(),
  minimumBatteryLevel: settings.minimumBatteryLevel.exactOptional(),
  maximumConcurrentOperations: settings.maximumConcurrentOperations.exactOptional(),
  syncIntervalMinutes: settings.syncIntervalMinutes.exactOptional(),
  maxRetryAttempts: settings.maxRetryAttempts.exactOptional(),
  priorityThreshold: settings.priorityThreshold.exactOptional(),
  useMeteredConnection: settings.useMeteredConnection.exactOptional(),
} satisfies Record<keyof BackgroundSyncSettings, z.ZodType>)

const numbered = {
  /** Rises from 1 for each device. A command at or below the last one carried out was carried out. */
  number: z.int().positive(),
  issuedAt: z.iso.datetime({ offset: true }),
}

/**
 * What a device is asked to do, by its person on another device.
 * - `start`: a run now, as "Sync now"
 * - `pause`: no background work until `resume`; "Sync now" still runs
 * - `settings`: these settings
 */
export const deviceCommandSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('start'), ...numbered }),
  z.strictObject({ kind: z.literal('pause'), ...numbered }),
  z.strictObject({ kind: z.literal('resume'), ...numbered }),
  z.strictObject({ kind: z.literal('settings'), settings: settingsChangeSchema, ...numbered }),
])

/**
 * What the server says on `WS /changes`, besides hints, to a socket that named its device (`?deviceId=`): everything that device has not
 * acknowledged, in order. A client that named none is never told, so that one from before this was there never meets it.
 */
export const deviceCommandsFrameSchema = z.object({ commands: z.array(deviceCommandSchema) })

export type SettingsChange = z.infer<typeof settingsChangeSchema>
export type DeviceCommand = z.infer<typeof deviceCommandSchema>
export type DeviceCommandsFrame = z.infer<typeof deviceCommandsFrameSchema>
