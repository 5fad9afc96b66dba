import type { DocumentState, DocumentStatus } from '@rejoin/client'
import { expect, test } from 'vitest'
import { describeStatus } from './status-words.ts'

const statuses: readonly DocumentStatus[] = ['loading', 'offline', 'saving', 'stored', 'readOnly', 'refused', 'unavailable']
const states: readonly DocumentState[] = statuses.flatMap((status) =>
  [true, false].flatMap((isOnDevice) =>
    [true, false].map((hasUnstored): DocumentState => ({ status, isOnDevice, hasUnstored, reason: undefined })),
  ),
)

test('[CV15] no words claim more than the state says', () => {
  const claimsDevice = states.filter((state) => describeStatus(state).text.includes('saved on this device'))
  const claimsStored = states.filter((state) => describeStatus(state).text.startsWith('Stored'))
  expect(claimsDevice.map(({ status, isOnDevice }) => [status, isOnDevice])).toEqual([
    ['offline', true],
    ['offline', true],
  ])
  expect(claimsStored.map(({ status, hasUnstored }) => [status, hasUnstored])).toEqual([
    ['stored', false],
    ['stored', false],
  ])
})

test('[CV15] the words a person meets', () => {
  const words = (status: DocumentStatus, isOnDevice: boolean, hasUnstored: boolean) =>
    describeStatus({ status, isOnDevice, hasUnstored, reason: undefined }).text
  expect(words('offline', true, true)).toBe('Offline · saved on this device')
  expect(words('offline', false, true)).toBe('Offline · not saved yet')
  expect(words('offline', false, false)).toBe('Offline')
  expect(words('saving', true, true)).toBe('Saving…')
  expect(words('saving', true, false)).toBe('Catching up…')
  expect(words('stored', true, false)).toBe('Stored on the server')
  expect(words('readOnly', true, false)).toBe('Read only')
})
