import { createManualTime } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import { pruneRegularly } from './prune-regularly.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))
const sixHoursMs = 6 * 60 * 60 * 1000

test('[H17] prunes soon after the start and every six hours, through failures, until it is stopped', async () => {
  const time = createManualTime()
  const rounds: number[] = []
  const failures: unknown[] = []
  const stop = pruneRegularly({
    scheduler: time,
    prune: async () => {
      rounds.push(time.now())
      if (rounds.length === 1) throw new Error('disk full')
    },
    onFailed: (error) => failures.push(error),
  })
  for (const durationMs of [60_000, sixHoursMs, sixHoursMs]) {
    time.advance(durationMs)
    await settled()
  }
  stop()
  time.advance(sixHoursMs)
  expect(rounds).toEqual([60_000, 60_000 + sixHoursMs, 60_000 + 2 * sixHoursMs])
  expect(failures).toEqual([new Error('disk full')])
  expect(time.pendingCount()).toBe(0)
})

test('[H17] stopped in the middle of a round, it begins no other', async () => {
  const time = createManualTime()
  const round = Promise.withResolvers<void>()
  const stop = pruneRegularly({ scheduler: time, prune: () => round.promise, onFailed: () => undefined })
  time.advance(60_000)
  stop()
  round.resolve()
  await settled()
  expect(time.pendingCount()).toBe(0)
})
