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

function setUpTrouble(isPaced: boolean) {
  const time = createManualTime(0)
  let change = (): void => {}
  let trouble: string | undefined = 'the connection is gone'
  const told: string[] = []
  let reads = 0
  const stop = followReads<number, undefined>({
    read: async () => {
      reads += 1
      if (trouble !== undefined) throw new Error(trouble)
      return { result: reads, isTouchedBy: () => true }
    },
    listen: (hear) => {
      change = () => hear(undefined)
      return () => undefined
    },
    listener: (result) => told.push(`read ${result} at ${time.now()}`),
    onError: ({ message }) => told.push(message),
    ...(isPaced && { pace: { clock: time, scheduler: time } }),
  })
  const turn = async (): Promise<void> => {
    for (let count = 0; count < 10; count += 1) await Promise.resolve()
  }
  const wait = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += 500) {
      time.advance(500)
      await turn()
    }
  }
  const mend = (): void => {
    trouble = undefined
  }
  return { told, stop, turn, wait, mend, change: () => change(), readCount: () => reads }
}

test('[RV9] what failed is told once and read again after a while, ever more seldom, until it succeeds', async () => {
  const { told, wait, turn, mend, readCount, stop } = setUpTrouble(true)
  await turn()
  await wait(1_000 + 2_000 + 4_000)
  expect([told, readCount()]).toEqual([['the connection is gone'], 4])
  mend()
  await wait(8_000)
  expect(told).toEqual(['the connection is gone', 'read 5 at 15000'])
  stop()
})

test('[RV9] what failed is read again after a change, also where nothing keeps time; who stopped is not', async () => {
  const { told, turn, mend, change, stop, readCount } = setUpTrouble(false)
  await turn()
  change()
  await turn()
  expect([told, readCount()]).toEqual([['the connection is gone'], 2])
  mend()
  change()
  await turn()
  expect(told).toEqual(['the connection is gone', 'read 3 at 0'])

  const given = setUpTrouble(true)
  await given.turn()
  given.stop()
  given.mend()
  await given.wait(60_000)
  expect([given.told, given.readCount()]).toEqual([['the connection is gone'], 1])
  stop()
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
