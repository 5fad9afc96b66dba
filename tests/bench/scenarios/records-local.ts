import { openBrowser } from '../../support/open-browser.ts'
import type { RecordSubject } from '../records/record-subject.ts'
import { openRejoinDevice, startRecordServer } from '../records/rejoin.ts'
import type { Scenario } from '../scenario.ts'

export const recordsLocal: Scenario<RecordSubject> = {
  name: 'records-local',
  title: '10,000 records on the device, in Chromium',
  metrics: [
    { key: 'createMs', title: '10,000 creates, all at once, until the device has them, ms', digits: 0, summary: 'median' },
    { key: 'oneMs', title: 'one create among them until the device has it, ms', digits: 1, summary: 'median' },
    { key: 'firstMs', title: 'live query over all 10,000: first answer, ms', digits: 0, summary: 'median' },
    { key: 'changeMs', title: 'the same: from a change of one to the answer with it, ms', digits: 0, summary: 'median' },
    { key: 'syncMs', title: 'the sync of them all with that live query open, ms', digits: 0, summary: 'median' },
  ],
  async measure({ dataDir, isQuick }) {
    const count = isQuick ? 1_000 : 10_000
    const server = await startRecordServer(dataDir)
    await using browser = await openBrowser()
    const device = await openRejoinDevice(browser, server)
    const { page } = await device.openPage()
    await page.evaluate(() => window.stock.open())
    const createMs = await page.evaluate((products) => window.stock.createProducts(products), count)
    const oneMs = await page.evaluate((from) => window.stock.createProducts(1, from), count)
    const { firstMs, changeMs, rows } = await page.evaluate(() => window.stock.showOneChange())
    if (rows !== count + 1) throw new Error(`the live query shows ${rows} rows`)
    const syncMs = await page.evaluate(async () => {
      const startedAt = performance.now()
      await window.stock.sync()
      return performance.now() - startedAt
    })
    await device.context.close()
    await server.stop()
    return { createMs, oneMs, firstMs, changeMs, syncMs }
  },
}
