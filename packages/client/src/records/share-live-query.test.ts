import { expect, test, vi } from 'vitest'
import { shareLiveQuery } from './share-live-query.ts'

function setUp() {
  const starts: { readonly take: (read: number) => void; readonly fail: (error: Error) => void }[] = []
  const selects = new Map<number, (result: string) => void>()
  let stopCount = 0
  const live = shareLiveQuery<number, string>(
    (take, fail) => {
      starts.push({ take, fail })
      return () => {
        stopCount++
      }
    },
    (read) => new Promise((resolve) => selects.set(read, resolve)),
  )
  const answer = async (read: number): Promise<void> => {
    selects.get(read)?.(`answer ${read}`)
    await Promise.resolve().then(() => undefined)
  }
  return { live, starts, answer, stopCount: () => stopCount }
}

test('[RV5] many who listen share one reading; the last one to go ends it, and the next begins anew', async () => {
  const { live, starts, answer, stopCount } = setUp()
  const [first, second] = [new Array<string>(), new Array<string>()]
  const stops = [live.subscribe((result) => first.push(result)), live.subscribe((result) => second.push(result))]
  starts[0]?.take(1)
  await answer(1)
  expect([starts.length, first, second, live.current]).toEqual([1, ['answer 1'], ['answer 1'], 'answer 1'])
  for (const stop of stops) stop()
  expect([stopCount(), live.current]).toEqual([1, undefined])
  live.subscribe((result) => first.push(result))
  expect(starts).toHaveLength(2)
})

test('[RV5] an answer that was overtaken by a later one is not told', async () => {
  const { live, starts, answer } = setUp()
  const told: string[] = []
  live.subscribe((result) => told.push(result))
  starts[0]?.take(1)
  starts[0]?.take(2)
  await answer(2)
  await answer(1)
  expect([told, live.current]).toEqual([['answer 2'], 'answer 2'])
})

test('[RV5] an error is told to all who asked for errors, and who subscribes later starts anew', () => {
  const { live, starts, stopCount } = setUp()
  const errors: Error[] = []
  live.subscribe(
    () => undefined,
    (error) => errors.push(error),
  )
  live.subscribe(() => undefined)
  const error = new Error('the connection is gone')
  starts[0]?.fail(error)
  expect([errors, stopCount()]).toEqual([[error], 1])
  live.subscribe(() => undefined)
  expect(starts).toHaveLength(2)
})

test('[RV8] a listener that throws ends nothing and keeps nobody from hearing; the error is the page’s', async () => {
  const uncaught: unknown[] = []
  vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => {
    expect(run).toThrow('mine')
    uncaught.push('mine')
  })
  const { live, starts, answer } = setUp()
  const told: string[] = []
  live.subscribe(() => {
    throw new Error('mine')
  })
  live.subscribe((result) => told.push(result))
  starts[0]?.take(1)
  await answer(1)
  starts[0]?.take(2)
  await answer(2)
  expect([told, uncaught]).toEqual([
    ['answer 1', 'answer 2'],
    ['mine', 'mine'],
  ])
  vi.restoreAllMocks()
})
