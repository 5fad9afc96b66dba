import { createManualTime } from '@rejoin/core/testing'
import { describe, expect, test } from 'vitest'
import { AppendQueue, type QueuedUpdate } from './append-queue.ts'

const updateOf = (ordinal: number): QueuedUpdate => ({ update: Uint8Array.of(ordinal), isLocal: true, ordinal })

function createQueue(isPermanent = false) {
  const time = createManualTime()
  const appended: (number | undefined)[][] = []
  const failures: unknown[] = []
  const device = { isFull: false }
  const queue = new AppendQueue({
    scheduler: time,
    append: async (updates) => {
      if (device.isFull) throw new Error('full')
      appended.push(updates.map(({ ordinal }) => ordinal))
      return updates.map((_update, index) => index + 1)
    },
    onAppended: () => undefined,
    onFailed: (_error, waiting) => {
      failures.push(waiting.length)
      return !isPermanent
    },
  })
  return { queue, time, appended, failures, device }
}

describe('updates on their way to the device', () => {
  test('[O5] the first goes at once, what gathers meanwhile goes together', async () => {
    const { queue, appended } = createQueue()
    for (const ordinal of [1, 2, 3]) queue.add(updateOf(ordinal))
    await queue.whenDone()
    expect(appended).toEqual([[1], [2, 3]])
  })

  test('[O24] a failure is tried again in order, later and later; what is added waits for it', async () => {
    const { queue, time, appended, failures, device } = createQueue()
    device.isFull = true
    queue.add(updateOf(1))
    await expect(queue.whenDone()).rejects.toThrow('full')
    queue.add(updateOf(2))
    for (const delayMs of [999, 1, 1_999, 1]) {
      time.advance(delayMs)
      await Promise.allSettled([Promise.resolve()])
    }
    expect(failures).toEqual([1, 2, 2])
    device.isFull = false
    time.advance(4_000)
    await queue.whenDone()
    expect(appended).toEqual([[1, 2]])
    expect(time.pendingCount()).toBe(0)
  })

  test('[O24] closing makes one last attempt, and rejects if that fails', async () => {
    const { queue, time, appended, device } = createQueue()
    device.isFull = true
    queue.add(updateOf(1))
    await expect(queue.whenDone()).rejects.toThrow('full')
    await expect(queue.close()).rejects.toThrow('full')
    expect(time.pendingCount()).toBe(0)
    device.isFull = false
    await queue.close()
    expect(appended).toEqual([[1]])
  })

  test('[T8] what was taken over by the owner is not tried again', async () => {
    const { queue, time, failures, device } = createQueue(true)
    device.isFull = true
    queue.add(updateOf(1))
    await expect(queue.whenDone()).rejects.toThrow('full')
    expect({ failures, timers: time.pendingCount() }).toEqual({ failures: [1], timers: 0 })
    await expect(queue.whenDone()).resolves.toBeUndefined()
  })
})
