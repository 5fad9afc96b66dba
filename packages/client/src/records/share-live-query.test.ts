import { expect, test, vi } from 'vitest'
import { shareLiveQuery } from './share-live-query.ts'

function setUp() {
  const starts: { readonly take: (read: string) => void; readonly fail: (error: Error) => void }[] = []
  let stopCount = 0
  const live = shareLiveQuery<string>((take, fail) => {
    starts.push({ take, fail })
    return () => {
      stopCount++
    }
  })
  return { live, starts, answer: (read: string) => starts.at(-1)?.take(read), stopCount: () => stopCount }
}

test('[RV5] many who listen share one reading; the last one to go ends it, and the next begins anew', () => {
  const { live, starts, answer, stopCount } = setUp()
  const [first, second] = [new Array<string>(), new Array<string>()]
  const stops = [live.subscribe((result) => first.push(result)), live.subscribe((result) => second.push(result))]
  answer('one')
  expect([starts.length, first, second, live.current]).toEqual([1, ['one'], ['one'], 'one'])
  for (const stop of stops) stop()
  expect([stopCount(), live.current]).toEqual([1, undefined])
  live.subscribe((result) => first.push(result))
  expect(starts).toHaveLength(2)
})

test('[RV9] an error is told to all who asked for errors and to who comes later; the next answer comes by the same reading', () => {
  const { live, starts, answer, stopCount } = setUp()
  const errors: Error[] = []
  const told: string[] = []
  const hear = (error: Error): void => void errors.push(error)
  live.subscribe((result) => told.push(result), hear)
  live.subscribe(() => undefined)
  answer('before')
  const error = new Error('the connection is gone')
  starts[0]?.fail(error)
  expect([errors, live.current]).toEqual([[error], undefined])
  live.subscribe(() => undefined, hear)
  expect(errors).toEqual([error, error])
  answer('after')
  expect([told, live.current, starts.length, stopCount()]).toEqual([['before', 'after'], 'after', 1, 0])
})

test('[RV8] a listener that throws ends nothing and keeps nobody from hearing; the error is the page’s', () => {
  const uncaught: unknown[] = []
  vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => {
    expect(run).toThrow('mine')
    uncaught.push('mine')
  })
  const { live, answer } = setUp()
  const told: string[] = []
  live.subscribe(() => {
    throw new Error('mine')
  })
  live.subscribe((result) => told.push(result))
  answer('one')
  answer('two')
  expect([told, uncaught]).toEqual([
    ['one', 'two'],
    ['mine', 'mine'],
  ])
  vi.restoreAllMocks()
})
