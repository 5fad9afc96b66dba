import type { Browser, Page } from 'playwright-core'
import { z } from 'zod'

/** A Chromium trace, as far as it is read. Durations are µs; `tdur` is the thread's own time, which a busy machine does not lengthen. */
const traceSchema = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      pid: z.number(),
      tid: z.number(),
      tdur: z.number().optional(),
      args: z.object({ name: z.string().optional() }).optional().catch(undefined),
    }),
  ),
})

/** Does it, and resolves with how long the page's main thread worked at the longest task meanwhile, in ms. */
export async function longestTaskOf(browser: Browser, page: Page, work: () => Promise<unknown>): Promise<number> {
  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline', '__metadata'] })
  let trace: Buffer
  try {
    await work()
  } finally {
    trace = await browser.stopTracing()
  }
  const { traceEvents } = traceSchema.parse(JSON.parse(trace.toString('utf8')))
  const isMain = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  )
  const tasks = traceEvents.filter(({ name, pid, tid }) => name === 'RunTask' && isMain.has(`${pid}/${tid}`))
  if (tasks.length === 0) throw new Error('the trace has no task of a page')
  return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur), 0) / 1_000
}
