import { backgroundSyncSettingsSchema, defaultBackgroundSyncSettings } from '@rejoin/core'
import { expect, test } from 'vitest'
import { describeConnectivity } from './connectivity-words.ts'
import { readSetting, settingWords } from './settings-words.ts'

test('[UI14] every setting of background sync is there, with its words', () => {
  expect(settingWords.map(({ name }) => name).toSorted()).toEqual(Object.keys(defaultBackgroundSyncSettings).toSorted())
  expect(settingWords.filter(({ label, explanation }) => label === '' || explanation === '')).toEqual([])
})

test('[UI14] a number is taken within the bounds of the schema, and said to be wrong beyond them', () => {
  const bounds = settingWords.flatMap((setting) => (setting.type === 'number' ? [setting] : []))
  const accepts = (name: string, value: number) =>
    backgroundSyncSettingsSchema.safeParse({ ...defaultBackgroundSyncSettings, [name]: value }).success
  for (const { name, min, max } of bounds) {
    expect([min - 1, min, max, max + 1].map((value) => accepts(name, value))).toEqual([false, true, true, false])
    expect([min - 1, min, max, max + 1].map((value) => readSetting({ min, max }, ` ${value}`).type)).toEqual([
      'problem',
      'value',
      'value',
      'problem',
    ])
  }
  expect(['', '2.5', 'many'].map((text) => readSetting({ min: 1, max: 16 }, text))).toEqual(
    Array.from({ length: 3 }, () => ({ type: 'problem', message: 'A whole number from 1 to 16' })),
  )
})

test('[UI14] connection and power are told as far as the browser does', () => {
  const status = { isOnline: true, connectionType: 'unknown', connectionQuality: 'good', lastConnected: null } as const
  expect(describeConnectivity(status)).toBe('Good connection')
  expect(
    describeConnectivity({
      ...status,
      connectionType: 'wifi',
      roundTripMs: 41.6,
      batteryLevel: 80,
      isCharging: true,
      isSavingData: true,
    }),
  ).toBe('Good connection · wifi · 42 ms · battery 80 %, charging · saving data')
  expect(describeConnectivity({ ...status, isOnline: false, connectionQuality: 'offline', batteryLevel: 9.4 })).toBe(
    'No connection · battery 9 %',
  )
})
