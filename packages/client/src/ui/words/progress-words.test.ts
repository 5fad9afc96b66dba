import { expect, test } from 'vitest'
import { sampleEntry } from '../../testing/sample-entry.ts'
import { sampleState } from '../../testing/sample-shown.ts'
import { progressOf, remainingMs, remainingWords, syncingWords } from './progress-words.ts'
import { followRunItems, type RunItem } from './run-items.ts'

test('[UI3] a run is told with its numbers while it lasts', () => {
  const running = sampleState({ status: 'syncing', pending: 3, current: 2, total: 5 })
  expect(syncingWords(progressOf(running))).toBe('Syncing changes… (2 of 5)')
  expect(progressOf({ ...running, total: 0 })).toBeUndefined()
  expect(progressOf({ ...running, status: 'offline' })).toBeUndefined()
  expect(syncingWords(undefined)).toBe('Syncing changes…')
})

test('[UI3] what is left is guessed from the pace so far, and not before there is one', () => {
  const start = { at: 1_000, total: 5 }
  expect(remainingMs({ current: 2, total: 5 }, start, 5_000)).toBe(6_000)
  expect(remainingMs({ current: 0, total: 5 }, start, 5_000)).toBeUndefined()
  expect(remainingMs({ current: 2, total: 5 }, start, 1_500)).toBeUndefined()
  expect(remainingMs({ current: 2, total: 9 }, start, 5_000)).toBeUndefined()
  expect([undefined, 6_000].map(remainingWords)).toEqual(['', 'about 6 s left'])
})

test('[UI3] what was settled stays in the list of its run, in the order in which it was done', () => {
  const titleOf = ({ entryId }: { entryId: number }): string => `Change ${entryId}`
  const follow = (before: readonly RunItem[], ...entries: Parameters<typeof sampleEntry>[]) =>
    followRunItems(
      before,
      entries.map((each) => sampleEntry(...each)),
      titleOf,
    )
  const first = follow([], [1, { state: 'sent' }], [2], [3, { state: 'failed' }])
  expect(first.map(({ title, state }) => [title, state])).toEqual([
    ['Change 1', 'sending'],
    ['Change 2', 'waiting'],
    ['Change 3', 'stuck'],
  ])
  const second = follow(first, [3, { state: 'parked' }], [4])
  expect(second.map(({ entryId, state }) => [entryId, state])).toEqual([
    [1, 'done'],
    [2, 'done'],
    [3, 'stuck'],
    [4, 'waiting'],
  ])
})
