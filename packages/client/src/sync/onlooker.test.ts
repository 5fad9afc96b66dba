import { createManualTime } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import type { ReignNews } from './drain-message.ts'
import { Onlooker } from './onlooker.ts'

const state: ReignNews['state'] = { status: 'upToDate', pending: 0, inFlight: 0, failed: 0, attention: 0, current: 0, total: 0 }
const counts = { pending: 0, inFlight: 0, failed: 0, attention: 0, nextRetryAt: undefined, sendable: 0 }

test('[DR11] the word of another tab is as old as it is: who was frozen meanwhile takes nothing for new', async () => {
  const time = createManualTime(1_000)
  const store = { counts: () => Promise.resolve(counts) }
  const onlooker = new Onlooker({ store, clock: time, scheduler: time, onChanged: () => undefined })
  onlooker.recount()
  await Promise.resolve()
  const news: ReignNews = { type: 'reigning', state, trueForMs: 40_000, saidAt: time.now() }
  const status = (): string => onlooker.stateFor({ isEnabled: true, offlineMessage: undefined }).status
  onlooker.hear(news)
  expect(status()).toBe('upToDate')
  time.advance(60_000)
  expect(status()).toBe('syncing')
  onlooker.hear(news)
  expect(status()).toBe('syncing')
  // By a clock that was set back it would be from the future.
  onlooker.hear({ ...news, saidAt: time.now() + 5_000 })
  expect(status()).toBe('syncing')
  onlooker.hear({ ...news, saidAt: time.now() })
  expect(status()).toBe('upToDate')
})

test('[DR1] while the engine of the same tab counts, it does not; its old count vouches for nothing, and it looks again when it is asked', async () => {
  const time = createManualTime(1_000)
  let lookCount = 0
  const store = { counts: () => Promise.resolve({ ...counts, pending: lookCount++ }) }
  const onlooker = new Onlooker({ store, clock: time, scheduler: time, onChanged: () => undefined })
  onlooker.recount()
  await Promise.resolve()
  onlooker.hear({ type: 'reigning', state, trueForMs: 40_000, saidAt: time.now() })
  const shown = (): unknown => {
    const { status, pending } = onlooker.stateFor({ isEnabled: true, offlineMessage: undefined })
    return { status, pending, lookCount }
  }
  onlooker.catchUp()
  expect(shown()).toEqual({ status: 'upToDate', pending: 0, lookCount: 1 })
  onlooker.doubt()
  await Promise.resolve()
  expect(shown()).toEqual({ status: 'syncing', pending: 0, lookCount: 1 })
  onlooker.catchUp()
  await Promise.resolve()
  expect(shown()).toEqual({ status: 'syncing', pending: 1, lookCount: 2 })
})
