import { defaultBackgroundSyncSettings, type BackgroundSyncSettings, type ConnectivityStatus } from '@rejoin/core'
import { expect, test } from 'vitest'
import { FakeConnectivity } from '../testing/fake-connectivity.ts'
import { backgroundConditions } from './background-conditions.ts'
import { documentHold } from './document-hold.ts'

const cases: readonly (readonly [
  string,
  { readonly settings?: Partial<BackgroundSyncSettings>; readonly status?: Partial<ConnectivityStatus> },
  string | undefined,
])[] = [
  ['nothing in the way', {}, undefined],
  ['background sync that is off', { settings: { enabled: false } }, 'SWITCHED_OFF'],
  [
    'a battery, where it is only for charging',
    { settings: { syncOnlyWhenCharging: true }, status: { isCharging: false } },
    'NOT_CHARGING',
  ],
  ['a low battery', { status: { isCharging: false, batteryLevel: 10 } }, 'LOW_BATTERY'],
  ['a metered connection', { status: { connectionType: 'cellular' } }, undefined],
  [
    'a metered connection, where only what is urgent may use it',
    { settings: { priorityThreshold: 'HIGH' }, status: { connectionType: 'cellular' } },
    'METERED',
  ],
  ['a poor connection', { status: { connectionQuality: 'poor' } }, undefined],
  [
    'a poor connection, where only what is urgent may use it',
    { settings: { priorityThreshold: 'HIGH' }, status: { connectionQuality: 'poor' } },
    'POOR_CONNECTION',
  ],
]

test.each(cases)('[U9] %s holds back documents as changes of the level NORMAL', (_name, { settings, status = {} }, code) => {
  const connectivity = new FakeConnectivity()
  connectivity.become(status)
  const source = {
    get: () => ({ ...defaultBackgroundSyncSettings, ...settings }),
    subscribe: () => () => undefined,
    ready: Promise.resolve(),
  }
  expect(documentHold(backgroundConditions(source, connectivity)).current()?.code).toBe(code)
})
