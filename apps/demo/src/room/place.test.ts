import { expect, test } from 'vitest'
import { placeFromHash } from './place.ts'

test('[SK9] the stock room and the sync panel have one address each, and every other name is a room', () => {
  expect(placeFromHash('#/stock')).toEqual({ type: 'stock' })
  expect(placeFromHash('#/sync')).toEqual({ type: 'sync' })
  expect(placeFromHash('#/amber-otter-7k2f')).toEqual({ type: 'room', room: 'amber-otter-7k2f' })
  expect(placeFromHash('#/stocks')).toEqual({ type: 'room', room: 'stocks' })
  expect(placeFromHash('#/Stock')).toEqual({ type: 'room', room: 'Stock' })
  for (const hash of ['', '#', '#/', '#/a/b']) expect(placeFromHash(hash)).toBe(undefined)
})
