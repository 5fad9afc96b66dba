import { createManualTime } from '@rejoin/core/testing'
import { expect, test, vi } from 'vitest'
import { followReads } from './follow-reads.ts'

function setUp(readMs: number) {
  const time = createManualTime(0)
  let change = (_what: string): void => {}
  let reads = 0
  const heard: string[] = []
  const ended: (() => void)[] = []
  const stop = followReads<number, string>({
    read: async () => {
      reads += 1
      await new Promise<void>((resolve) => ended.push(resolve))
      return { result: reads, isTouchedBy: (what) => what === 'ours' }
    },
    listen: (hear) => {
      change = hear
      return () => undefined
    },
    listener: (result) => heard.push(`${result} at ${time.now()}`),
    onError: undefined,
    pace: { clock: time, scheduler: time },
  })
  const turn = async (): Promise<void> => {
    for (let count = 0; count < 10; count += 1) await Promise.resolve()
  }
  const endRead = async (): Promise<void> => {
    time.advance(readMs)
    ended.shift()?.()
    await turn()
  }
  return { time, stop, heard, endRead, turn, change: (what: string) => change(what), readCount: () => reads }
}

test('[RD4] a change during a long read is answered after a rest as long', async () => {
  const { time, heard, endRead, turn, change, readCount } = setUp(300)
  change('ours')
  await endRead()
  expect([heard, readCount()]).toEqual([['1 at 300'], 1])
  time.advance(299)
  await turn()
  expect(readCount()).toBe(1)
  time.advance(1)
  await turn()
  expect(readCount()).toBe(2)
  await endRead()
  expect(heard).toEqual(['1 at 300', '2 at 900'])
})

test('[RD4] a change while nothing is read is answered at once, one of something else not at all', async () => {
  const { heard, endRead, turn, change, readCount } = setUp(300)
  await endRead()
  change('theirs')
  await turn()
  expect(readCount()).toBe(1)
  change('ours')
  expect(readCount()).toBe(2)
  await endRead()
  expect(heard).toEqual(['1 at 300', '2 at 600'])
})

test('[RD4] a rest has an end, and who stopped meanwhile hears nothing more', async () => {
  const { time, heard, endRead, turn, change, readCount, stop } = setUp(60_000)
  change('ours')
  await endRead()
  stop()
  time.advance(1_000)
  await turn()
  expect([heard, readCount()]).toEqual([['1 at 60000'], 1])

  const patient = setUp(60_000)
  patient.change('ours')
  await patient.endRead()
  patient.time.advance(1_000)
  await patient.turn()
  expect(patient.readCount()).toBe(2)
})

test('[RV8] a listener that throws goes on hearing', async () => {
  vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => expect(run).toThrow('mine'))
  let change = (): void => {}
  let heard = 0
  followReads<number, undefined>({
    read: () => Promise.resolve({ result: 1, isTouchedBy: () => true }),
    listen: (hear) => {
      change = () => hear(undefined)
      return () => undefined
    },
    listener: () => {
      heard += 1
      throw new Error('mine')
    },
    onError: undefined,
  })
  await Promise.resolve().then(() => undefined)
  change()
  await Promise.resolve().then(() => undefined)
  expect(heard).toBe(2)
  vi.restoreAllMocks()
})
