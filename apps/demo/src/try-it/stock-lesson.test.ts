import { expect, test } from 'vitest'
import {
  newStockLesson,
  nextStockLesson,
  stockSteps,
  type PricedProduct,
  type StockLesson,
  type StockSeen,
} from './stock-lesson.ts'

const flour: PricedProduct = { id: 'flour', priceCents: 100, version: 3, isPending: false }
const online: StockSeen = { isSyncing: true, isOnline: true, isUpToDate: true, products: [flour], overruled: new Set() }
const offline: StockSeen = { ...online, isOnline: false, isUpToDate: false }
const repriced: StockSeen = { ...offline, products: [{ ...flour, priceCents: 150, isPending: true }] }

function walk(...seen: readonly StockSeen[]): StockLesson {
  return seen.reduce(nextStockLesson, newStockLesson)
}

function doneOf(lesson: StockLesson): string[] {
  return stockSteps(lesson).flatMap(({ id, isDone }) => (isDone ? [id] : []))
}

const all = ['sync', 'product', 'offline', 'here', 'there', 'back', 'settle']

test('[SH13] a price that gave way is told, and settled by what the person decides', () => {
  const lost: StockSeen = { ...online, products: [{ ...flour, priceCents: 120, version: 4 }], overruled: new Set(['flour']) }
  expect(doneOf(walk({ ...online, isSyncing: false }))).toEqual([])
  expect(doneOf(walk({ ...online, products: [{ ...flour, version: undefined }] }))).toEqual(['sync'])
  expect(doneOf(walk(online, offline))).toEqual(['sync', 'product', 'offline'])
  expect(doneOf(walk(online, offline, repriced))).toEqual(['sync', 'product', 'offline', 'here'])
  const returning = walk(online, offline, repriced, { ...repriced, isOnline: true })
  expect(doneOf(returning)).toEqual(['sync', 'product', 'offline', 'here', 'back'])
  const told = nextStockLesson(returning, lost)
  expect(doneOf(told)).toEqual(['sync', 'product', 'offline', 'here', 'there', 'back'])

  const kept = nextStockLesson(told, { ...lost, overruled: new Set() })
  expect([doneOf(kept), kept.outcome]).toEqual([all, 'theirs'])
  const taken = nextStockLesson(told, { ...online, products: [{ ...flour, priceCents: 150, version: 4, isPending: true }] })
  expect([doneOf(taken), taken.outcome]).toEqual([all, 'mine'])
})

test('[SH13] the way back and the notice may be seen at once', () => {
  const lost: StockSeen = { ...online, products: [{ ...flour, priceCents: 120, version: 4 }], overruled: new Set(['flour']) }
  expect(doneOf(walk(online, offline, repriced, lost))).toEqual(['sync', 'product', 'offline', 'here', 'there', 'back'])
})

test('[SH13] a price that came later than the other stays, and is known by the version in between', () => {
  const settled = (version: number): StockSeen => ({ ...online, products: [{ ...flour, priceCents: 150, version }] })
  const returning = walk(online, offline, repriced, { ...repriced, isOnline: true })
  expect(nextStockLesson(returning, settled(5))).toMatchObject({ phase: 'done', outcome: 'mine' })
  expect(nextStockLesson(returning, settled(4))).toMatchObject({ phase: 'online', isMissed: true })
})

test('[SH13] until the server has settled it, and the notice is there, nothing is claimed', () => {
  const returning = walk(online, offline, repriced, { ...repriced, isOnline: true })
  const waiting: readonly StockSeen[] = [
    { ...repriced, isOnline: true, isUpToDate: true },
    { ...online, isUpToDate: false, products: [{ ...flour, priceCents: 150, version: 5 }] },
    { ...online, products: [{ ...flour, priceCents: 120, version: 4 }] },
  ]
  for (const seen of waiting) expect(nextStockLesson(returning, seen)).toEqual(returning)
  expect(doneOf(nextStockLesson(returning, repriced))).toEqual(['sync', 'product', 'offline', 'here'])
})

test('[SH13] a price changed back, or a product that the server has not seen, is no change to make a conflict with', () => {
  expect(doneOf(walk(online, offline, repriced, { ...repriced, products: [{ ...flour, isPending: true }] }))).not.toContain(
    'here',
  )
  expect(
    doneOf(
      walk(online, offline, { ...offline, products: [flour, { ...flour, id: 'new', version: undefined, isPending: true }] }),
    ),
  ).not.toContain('here')
  expect(walk(online, offline, online).phase).toBe('online')
})
