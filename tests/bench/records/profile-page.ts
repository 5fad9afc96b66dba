import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CDPSession } from 'playwright-core'

/** Does the work; with `BENCH_PAGE_PROFILE=FOLDER` it also leaves a profile of the page there. */
export async function profilePage<T>(devTools: CDPSession, name: string, work: () => Promise<T>): Promise<T> {
  const folder = process.env['BENCH_PAGE_PROFILE']
  if (folder === undefined) return work()
  await devTools.send('Profiler.enable')
  await devTools.send('Profiler.start')
  try {
    return await work()
  } finally {
    const { profile } = await devTools.send('Profiler.stop')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${name}.cpuprofile`), JSON.stringify(profile))
  }
}
