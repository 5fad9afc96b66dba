import fc from 'fast-check'
import { expect, test } from 'vitest'
import { backgroundSyncSettingsSchema, defaultBackgroundSyncSettings, readStoredSettings } from './background-sync-settings.ts'

test('[BS1] the defaults are valid settings', () => {
  expect(backgroundSyncSettingsSchema.parse(defaultBackgroundSyncSettings)).toEqual({
    enabled: true,
    syncOnlyWhenCharging: false,
    minimumBatteryLevel: 20,
    maximumConcurrentOperations: 3,
    syncIntervalMinutes: 5,
    maxRetryAttempts: 5,
    priorityThreshold: 'LOW',
    useMeteredConnection: false,
  })
})

test('[BS2] of what was stored, each field that is unreadable is left out, and costs no other', () => {
  const stored = {
    enabled: false,
    syncOnlyWhenCharging: 'yes',
    minimumBatteryLevel: 101,
    maximumConcurrentOperations: 0,
    syncIntervalMinutes: 2.5,
    maxRetryAttempts: 3,
    priorityThreshold: 'URGENT',
    ofANewerVersion: true,
  }
  expect(readStoredSettings(stored)).toEqual({ enabled: false, maxRetryAttempts: 3 })
})

test('[BS2] whatever is stored, what is read of it is valid', () => {
  fc.assert(
    fc.property(fc.anything(), (stored) => {
      const settings = { ...defaultBackgroundSyncSettings, ...readStoredSettings(stored) }
      expect(backgroundSyncSettingsSchema.safeParse(settings).success).toBe(true)
    }),
  )
})
