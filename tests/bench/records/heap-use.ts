import { setTimeout as delay } from 'node:timers/promises'
import type { CDPSession } from 'playwright-core'

const sampleMs = 20
const mebibyte = 1024 * 1024

/** MiB of JavaScript heap in use once the page has collected its garbage. */
export async function readHeapAfterCollection(devTools: CDPSession): Promise<number> {
  await devTools.send('HeapProfiler.collectGarbage')
  await devTools.send('HeapProfiler.collectGarbage')
  return readHeap(devTools)
}

/** The most MiB that were in use while the work was under way, garbage included; asked for every 20 ms. */
export async function watchHeap<T>(
  devTools: CDPSession,
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly peakMiB: number }> {
  let isDone = false
  const working = work().finally(() => {
    isDone = true
  })
  let peakMiB = 0
  const watching = (async () => {
    while (!isDone) {
      peakMiB = Math.max(peakMiB, await readHeap(devTools))
      await delay(sampleMs)
    }
  })()
  const [result] = await Promise.all([working, watching])
  return { result, peakMiB }
}

async function readHeap(devTools: CDPSession): Promise<number> {
  const { usedSize } = await devTools.send('Runtime.getHeapUsage')
  return usedSize / mebibyte
}
