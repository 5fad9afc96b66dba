import { expect, test } from 'vitest'
import { restBytes, wakeBytes } from './resting-bytes.ts'

const everyByte = Uint8Array.from({ length: 512 }, (_, index) => index & 255)

test('every byte comes back as it was, of a part of a buffer, too', () => {
  expect([...wakeBytes(restBytes(everyByte.subarray(3, 300)))]).toEqual([...everyByte.subarray(3, 300)])
  expect(wakeBytes(restBytes(new Uint8Array(0)))).toHaveLength(0)
})

test('what rests is a copy', () => {
  const bytes = Uint8Array.of(1, 2, 3)
  const resting = restBytes(bytes)
  bytes.fill(9)
  expect([...wakeBytes(resting)]).toEqual([1, 2, 3])
})

test('large bytes stay where they are', () => {
  const large = new Uint8Array(1024 * 1024)
  expect(wakeBytes(restBytes(large))).toBe(large)
})
