import { openBrowser } from '../../support/open-browser.ts'
import { countRows } from '../records/count-rows.ts'
import type { RecordSubject } from '../records/record-subject.ts'
import { openRejoinDevice, startRecordServer } from '../records/rejoin.ts'
import type { Scenario } from '../scenario.ts'

const goalStartMs = 500
/** What the browser itself calls a long task. */
const goalTaskMs = 50
const listRows = 50

export const recordsStartUp: Scenario<RecordSubject> = {
  name: 'records-start-up',
  title: 'Start-up with 10,000 operations waiting in IndexedDB, then their sync',
  metrics: [
    {
      key: 'startMs',
      title: 'createClient to first state and first list of 50 rows, ms',
      digits: 0,
      summary: 'median',
      goal: { text: '< 500', isMet: (ms) => ms < goalStartMs },
    },
    {
      key: 'startTaskMs',
      title: 'longest task meanwhile, ms (0: none over 50)',
      digits: 0,
      summary: 'worst',
      goal: { text: '≤ 50', isMet: (ms) => ms <= goalTaskMs },
    },
    {
      key: 'scriptTaskMs',
      title: 'longest task of loading the script before, ms (0: none over 50)',
      digits: 0,
      summary: 'worst',
    },
    { key: 'syncMs', title: 'sync of all 10,000, ms', digits: 0, summary: 'median' },
    {
      key: 'syncTaskMs',
      title: 'longest task meanwhile, ms (0: none over 50)',
      digits: 0,
      summary: 'worst',
      goal: { text: '≤ 50', isMet: (ms) => ms <= goalTaskMs },
    },
    { key: 'syncLongTasks', title: 'how many tasks over 50 ms', digits: 0, summary: 'worst' },
    { key: 'wholeListMs', title: 'a fresh start with the whole list of 10,000 instead, ms', digits: 0, summary: 'median' },
  ],
  async measure({ dataDir, isQuick }) {
    const count = isQuick ? 1_000 : 10_000
    const server = await startRecordServer(dataDir)
    await using browser = await openBrowser()
    const device = await openRejoinDevice(browser, server)
    const first = await device.openPage()
    await first.page.evaluate(async (products) => {
      window.stock.open()
      await window.stock.createProducts(products)
    }, count)
    await first.page.close()

    const whole = await device.openPage()
    const wholeList = await whole.page.evaluate((rows) => window.stock.start(rows), count)
    if (wholeList.rows !== count) throw new Error(`the whole list has ${wholeList.rows} rows`)
    await whole.page.close()

    const { page } = await device.openPage()
    // What the page's script itself took to compile and run, however little waits.
    const scriptTasks = await page.evaluate(() => window.stock.takeLongTasks())
    const start = await page.evaluate((rows) => window.stock.start(rows), listRows)
    if (start.rows !== listRows) throw new Error(`the first list has ${start.rows} rows`)
    const startTasks = await page.evaluate(() => window.stock.takeLongTasks())
    const syncMs = await page.evaluate(() => window.stock.sync())
    const syncTasks = await page.evaluate(() => window.stock.takeLongTasks())
    const arrived = await countRows(server)
    await device.context.close()
    await server.stop()
    if (arrived !== count) throw new Error(`${arrived} of ${count} rows are on the server`)
    return {
      startMs: Math.max(start.stateMs, start.listMs),
      startTaskMs: Math.max(0, ...startTasks),
      syncMs,
      scriptTaskMs: Math.max(0, ...scriptTasks),
      syncTaskMs: Math.max(0, ...syncTasks),
      syncLongTasks: syncTasks.length,
      wholeListMs: wholeList.listMs,
    }
  },
}
