import { expect, test } from 'vitest'
import { GroupCommitQueue } from './group-commit-queue.ts'

/** A queue that logs what it runs; each commit waits until it is let go. */
function createLoggedQueue(isFull: (batch: readonly string[]) => boolean = () => false) {
  const log: string[] = []
  let letGo = (): void => undefined
  const queue = new GroupCommitQueue<string[]>({
    openBatch: () => [],
    isFull,
    commit: async (batch) => {
      log.push(`commit ${batch.join('')}`)
      await new Promise<void>((resolve) => (letGo = resolve))
    },
  })
  return { log, queue, letGo: () => letGo() }
}

async function oneTurn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
}

test('[B5] one transaction is under way at a time, and the next takes all that came meanwhile', async () => {
  const { log, queue, letGo } = createLoggedQueue()
  queue.batch().push('a')
  queue.batch().push('b')
  await oneTurn()
  queue.batch().push('c')
  await oneTurn()
  queue.batch().push('d')
  expect(log).toEqual(['commit ab'])
  letGo()
  await oneTurn()
  expect(log).toEqual(['commit ab', 'commit cd'])
})

test('[B5] a batch that is full is followed by another', async () => {
  const { log, queue, letGo } = createLoggedQueue((batch) => batch.length >= 2)
  for (const letter of 'abcde') queue.batch().push(letter)
  for (let turn = 0; turn < 3; turn++) {
    await oneTurn()
    letGo()
  }
  expect(log).toEqual(['commit ab', 'commit cd', 'commit e'])
})

test('[B5] what needs a transaction of its own keeps its place in the order', async () => {
  const { log, queue, letGo } = createLoggedQueue()
  queue.batch().push('a')
  const deleting = queue.exclusive(async () => log.push('delete'))
  queue.batch().push('b')
  await oneTurn()
  letGo()
  await deleting
  await oneTurn()
  expect(log).toEqual(['commit a', 'delete', 'commit b'])
})

test('[B20] closing waits for what was taken and takes nothing more', async () => {
  const { log, queue, letGo } = createLoggedQueue()
  queue.batch().push('a')
  const closed = queue.close().then(() => log.push('closed'))
  expect(() => queue.batch()).toThrow('closed')
  await expect(queue.exclusive(async () => 1)).rejects.toThrow('closed')
  await oneTurn()
  letGo()
  await closed
  expect(log).toEqual(['commit a', 'closed'])
})
