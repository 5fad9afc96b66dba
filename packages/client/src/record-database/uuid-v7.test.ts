import { deviceIdSchema, operationIdSchema } from '@rejoin/core'
import { createSeededRandom } from '@rejoin/core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { uuidV7 } from './uuid-v7.ts'

test('[RD7] an id is a UUID of version 7, rises with time and serves for devices too', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      fc.integer({ min: 0, max: 2 ** 48 - 1 }),
      fc.integer(),
      (one, other, seed) => {
        const random = createSeededRandom(seed)
        const [first, second] = [uuidV7(one, random), uuidV7(other, random)]
        for (const schema of [z.uuidv7(), operationIdSchema, deviceIdSchema]) expect(schema.safeParse(first).success).toBe(true)
        expect(first).not.toBe(second)
        expect(first < second || one === other).toBe(one < other || one === other)
      },
    ),
  )
})

test('[RD7] a clock before 1970 or a source that gives its extremes still makes an id', () => {
  expect(uuidV7(-5, { next: () => 0 })).toBe('00000000-0000-7000-8000-000000000000')
  expect(uuidV7(0, { next: () => 1 - Number.EPSILON })).toBe('00000000-0000-7fff-bfff-ffffffffffff')
})
