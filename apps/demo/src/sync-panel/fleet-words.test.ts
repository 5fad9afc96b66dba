import { defaultBackgroundSyncSettings } from '@rejoin/core'
import { expect, test } from 'vitest'
import { factWords, inLastingOrder, nameWords, pendingWords, stateWords, type FleetDevice } from './fleet-words.ts'

const now = Date.parse('2026-11-21T10:00:00.000Z')
const device: FleetDevice = {
  deviceId: 'phone',
  name: 'Chrome on Android',
  user: null,
  isActive: true,
  isLive: true,
  currentProgress: null,
  connectivity: { isOnline: true, connectionType: 'wifi', connectionQuality: 'good', lastConnected: now },
  queueSize: 0,
  settings: defaultBackgroundSyncSettings,
  lastSeenAt: '2026-11-21T09:55:00.000Z',
  pendingCommands: 0,
}

test('[SK13] a device is away, syncing, paused or connected, and says so', () => {
  const said = [
    device,
    { ...device, settings: { ...device.settings, enabled: false } },
    { ...device, currentProgress: { current: 2, total: 5 } },
    { ...device, isLive: false, currentProgress: { current: 2, total: 5 } },
  ].map((one) => stateWords(one, now))
  expect(said).toEqual(['Connected', 'Paused', 'Syncing changes… (2 of 5)', 'Away, last heard of 5 min ago'])
})

test('[SK13] queue, last sync and battery are told as far as the device says', () => {
  expect(factWords(device, now)).toEqual(['nothing waits', 'not synced yet', 'good connection'])
  const known = {
    ...device,
    queueSize: 3,
    lastSyncedAt: '2026-11-21T09:58:00.000Z',
    connectivity: { ...device.connectivity, batteryLevel: 79.6, isCharging: true },
  }
  expect(factWords(known, now)).toEqual(['3 waiting', 'synced 2 min ago', 'good connection', 'battery 80 %, charging'])
})

test('[SK13] what a device was asked and has not done is told, and whose it is where there are several people', () => {
  const asked = { ...device, pendingCommands: 1 }
  expect([pendingWords(device), pendingWords(asked), pendingWords({ ...asked, isLive: false })]).toEqual([
    undefined,
    'Asked just now…',
    'Asked: it hears of it when it is back.',
  ])
  expect([nameWords(device), nameWords({ ...device, name: undefined, user: 'ann' })]).toEqual([
    'Chrome on Android',
    'A device (ann)',
  ])
})

test('[SK13] this device comes first, and the others keep their places whoever spoke last', () => {
  const devices = ['c', 'a', 'b'].map((deviceId) => ({ ...device, deviceId }))
  const ids = (ownId: string | undefined) => inLastingOrder(devices, ownId).map(({ deviceId }) => deviceId)
  expect([ids('b'), ids(undefined)]).toEqual([
    ['b', 'a', 'c'],
    ['a', 'b', 'c'],
  ])
})
