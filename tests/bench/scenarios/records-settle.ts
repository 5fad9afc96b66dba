import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { openBrowser } from '../../support/open-browser.ts'
import { countRows } from '../records/count-rows.ts'
import { readHeapAfterCollection, watchHeap } from '../records/heap-use.ts'
import type { RecordSubject } from '../records/record-subject.ts'
import { openRejoinDevice, startRecordServer } from '../records/rejoin.ts'
import type { Scenario } from '../scenario.ts'

const goalMs = 3_000
const goalMiB = 50
/** 200 settled products less 50 deleted, 400 new ones, 300 movements, 100 recipes. */
const rowsAfter = 950

export const recordsSettle: Scenario<RecordSubject> = {
  name: 'records-settle',
  title: '1,000 operations of all entities, kinds and priorities from Chromium to settled',
  metrics: [
    {
      key: 'onlineMs',
      title: 'made while connected: from the first call to all settled, ms',
      digits: 0,
      summary: 'median',
      goal: { text: '< 3,000', isMet: (ms) => ms < goalMs },
    },
    {
      key: 'queuedMs',
      title: 'made before: from the start of the sync to all settled, ms',
      digits: 0,
      summary: 'median',
      goal: { text: '< 3,000', isMet: (ms) => ms < goalMs },
    },
    {
      key: 'addedMiB',
      title: 'heap added when all are settled, garbage collected, MiB',
      digits: 1,
      summary: 'worst',
      goal: { text: '< 50', isMet: (mib) => mib < goalMiB },
    },
    {
      key: 'peakMiB',
      title: 'most heap added meanwhile, garbage included, MiB',
      digits: 1,
      summary: 'worst',
      goal: { text: '< 50', isMet: (mib) => mib < goalMiB },
    },
  ],
  async measure({ dataDir }) {
    await using browser = await openBrowser()
    const online = await settleMixed(browser, { dataDir: join(dataDir, 'online'), isOnline: true })
    const queued = await settleMixed(browser, { dataDir: join(dataDir, 'queued'), isOnline: false })
    return {
      onlineMs: online.ms,
      queuedMs: queued.ms,
      addedMiB: Math.max(online.addedMiB, queued.addedMiB),
      peakMiB: Math.max(online.peakMiB, queued.peakMiB),
    }
  },
}

async function settleMixed(browser: Browser, { dataDir, isOnline }: { readonly dataDir: string; readonly isOnline: boolean }) {
  const server = await startRecordServer(dataDir)
  const device = await openRejoinDevice(browser, server)
  const { page, devTools } = await device.openPage()
  await page.evaluate(async () => {
    window.stock.open()
    await window.stock.prepareMixed()
    await window.stock.sync()
  })
  if (!isOnline) await page.evaluate(() => window.stock.disable())
  const heapBefore = await readHeapAfterCollection(devTools)
  const { result: ms, peakMiB } = await watchHeap(devTools, () =>
    page.evaluate(async () => {
      const startedAt = performance.now()
      const isQueued = !window.stock.isEnabled
      const writeMs = await window.stock.writeMixed()
      await window.stock.sync()
      return performance.now() - startedAt - (isQueued ? writeMs : 0)
    }),
  )
  const addedMiB = (await readHeapAfterCollection(devTools)) - heapBefore
  await device.context.close()
  const rows = await countRows(server)
  await server.stop()
  if (rows !== rowsAfter) throw new Error(`${rows} rows are on the server, not ${rowsAfter}`)
  return { ms, addedMiB, peakMiB: peakMiB - heapBefore }
}
