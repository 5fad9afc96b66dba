import { setTimeout as pause } from 'node:timers/promises'
import type { CDPSession } from 'playwright-core'
import { openBrowser } from '../../support/open-browser.ts'
import { checkSendOrder } from '../records/check-send-order.ts'
import { countRows } from '../records/count-rows.ts'
import type { RecordSubject } from '../records/record-subject.ts'
import { openRejoinDevice, startRecordServer } from '../records/rejoin.ts'
import { checkLanes, serveSlowApp } from '../records/slow-app.ts'
import type { Scenario } from '../scenario.ts'

/** 200 settled products less 50 deleted, 400 new ones, 300 movements, 100 recipes. */
const rowsAfter = 950
const operations = 1_000
/** With so few to a request, and this slow, a thousand of them take several rounds. */
const operationsMax = 20
/** Beside them, requests of the app, to a server of its own. One after the other they would take twice as long as the thousand do. */
const lanes = ['forms', 'orders', 'letters', 'votes']
const requestsPerLane = 10
const answerMs = 1_000
const network = { latency: 600, downloadThroughput: 50_000, uploadThroughput: 20_000 }

export const recordsFlapping: Scenario<RecordSubject> = {
  name: 'records-flapping',
  title: '1,000 entries of mixed priority from Chromium over a network that is up for 10 s and down for 5 s',
  metrics: [
    { key: 'settledMs', title: 'from the start of the sync to all settled, ms', digits: 0, summary: 'median' },
    {
      key: 'requestsMs',
      title: 'to the last of 40 requests of the app in four lanes, each answered after 1 s, ms',
      digits: 0,
      summary: 'median',
    },
    { key: 'cuts', title: 'times the network went away meanwhile', digits: 0, summary: 'median' },
    { key: 'requests', title: 'requests of all kinds to the sync server', digits: 0, summary: 'median' },
    { key: 'lostPushes', title: 'pushes without an answer', digits: 0, summary: 'worst' },
    { key: 'sentKiB', title: 'bodies of pushes as sent, KiB', digits: 1, summary: 'median' },
    { key: 'receivedKiB', title: 'received of all servers, with headers, KiB', digits: 1, summary: 'median' },
    { key: 'wakeUps', title: 'timers of the page that rang', digits: 0, summary: 'median' },
    { key: 'longTasks', title: 'tasks over 50 ms', digits: 0, summary: 'worst' },
    { key: 'longestTaskMs', title: 'longest of them, ms (0: none)', digits: 0, summary: 'worst' },
  ],
  async measure({ dataDir, isQuick }) {
    const [upMs, downMs] = isQuick ? [4_000, 2_000] : [10_000, 5_000]
    const server = await startRecordServer(dataDir)
    const app = await serveSlowApp(answerMs)
    await using browser = await openBrowser()
    const device = await openRejoinDevice(browser, server, { talksToOthers: true })
    const { page, devTools } = await device.openPage()
    await page.evaluate(
      async ([url, names, perLane, max]) => {
        window.stock.logPushes(max)
        window.stock.open()
        await window.stock.prepareMixed()
        await window.stock.sync()
        await window.stock.disable()
        await window.stock.writeMixed()
        await window.stock.keepRequests(url, names, perLane)
        window.stock.startWatch()
      },
      [app.url, lanes, requestsPerLane, operationsMax] as const,
    )
    const traffic = await watchTraffic(devTools, `http://127.0.0.1:${server.port}/`)
    const startedAt = performance.now()
    const flapping = flap(devTools, { upMs, downMs })
    const settledMs = await page.evaluate(() => window.stock.sync())
    const cuts = await flapping.stop()
    const { pushes, wakeUps, longTasks } = await page.evaluate(() => window.stock.endWatch())
    const arrived = await countRows(server)
    await device.context.close()
    await server.stop()
    app.stop()
    checkLanes(app, lanes.length * requestsPerLane)
    const delivered = new Set(pushes.flatMap((push) => push.operations.map(({ operationId }) => operationId)))
    if (arrived !== rowsAfter || delivered.size !== operations)
      throw new Error(`${arrived} rows are on the server, not ${rowsAfter}; ${delivered.size} operations left`)
    checkSendOrder(pushes)
    return {
      settledMs,
      requestsMs: Math.max(...app.arrivedAtByPath.values()) - startedAt,
      cuts,
      requests: traffic.requests,
      lostPushes: pushes.filter(({ answeredAt }) => answeredAt === undefined).length,
      sentKiB: pushes.reduce((sum, { bytes }) => sum + bytes, 0) / 1024,
      receivedKiB: traffic.receivedBytes / 1024,
      wakeUps,
      longTasks: longTasks.length,
      longestTaskMs: Math.max(0, ...longTasks),
    }
  },
}

/** Up, down, up, … until it is stopped, which resolves with how often the network went away and leaves it there. */
function flap(devTools: CDPSession, { upMs, downMs }: { readonly upMs: number; readonly downMs: number }) {
  const ending = new AbortController()
  let cuts = 0
  const set = (offline: boolean): Promise<unknown> => devTools.send('Network.emulateNetworkConditions', { offline, ...network })
  const run = async (): Promise<void> => {
    for (;;) {
      await set(false)
      await pause(upMs, undefined, ending)
      cuts++
      await set(true)
      await pause(downMs, undefined, ending)
    }
  }
  // Only the end of it throws.
  const running = run().catch(() => set(false))
  return {
    stop: async (): Promise<number> => {
      ending.abort()
      await running
      return cuts
    },
  }
}

async function watchTraffic(devTools: CDPSession, origin: string) {
  const traffic = { requests: 0, receivedBytes: 0 }
  devTools.on('Network.requestWillBeSent', ({ request }) => {
    if (request.url.startsWith(origin)) traffic.requests++
  })
  devTools.on('Network.loadingFinished', ({ encodedDataLength }) => {
    traffic.receivedBytes += encodedDataLength
  })
  await devTools.send('Network.enable')
  return traffic
}
