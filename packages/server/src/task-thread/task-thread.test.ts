import { expect, onTestFinished, test, vi } from 'vitest'
import { z } from 'zod'
import { TaskThread } from './task-thread.ts'

// A thread is slow to start on a machine that has other things to do.
vi.setConfig({ testTimeout: 60_000 })

test('[H4] a task that takes too much memory is given up, however much it asks for at once, and the next is done', async () => {
  const problems: string[] = []
  const thread = new TaskThread<number, number>({
    module: 'hoarding-worker',
    beside: new URL('../testing/hoarding-worker.ts', import.meta.url).href,
    answerSchema: z.number(),
    taskMsMax: 30_000,
    waitingMax: 4,
    heapMiBMax: 64,
    onFailed: (error) => problems.push(error instanceof Error ? error.message : ''),
  })
  onTestFinished(() => thread.close())
  expect(await Promise.all([thread.run(10), thread.run(6_000_000), thread.run(20)])).toEqual([
    { type: 'done', answer: 10 },
    { type: 'failed' },
    { type: 'done', answer: 20 },
  ])
  expect(problems).toEqual(['a task of hoarding-worker took more than 64 MiB'])
})
