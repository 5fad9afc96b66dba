import { parentPort } from 'node:worker_threads'

/** Makes so many lists in one go, which nothing can break off, and keeps them for a while; then tells how many there are. */
parentPort?.on('message', (count: number) => {
  const lists: unknown = JSON.parse(`[${'[],'.repeat(count - 1)}[]]`)
  const pause = new Int32Array(new SharedArrayBuffer(4))
  for (let waited = 0; waited < count / 1_000; waited++) Atomics.wait(pause, 0, 0, 10)
  parentPort?.postMessage(Array.isArray(lists) ? lists.length : 0)
})
