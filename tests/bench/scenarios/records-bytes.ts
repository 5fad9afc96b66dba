import { openBrowser } from '../../support/open-browser.ts'
import type { RecordSubject } from '../records/record-subject.ts'
import { openRejoinDevice, startRecordServer } from '../records/rejoin.ts'
import type { Scenario } from '../scenario.ts'

const goalPercent = 70
const operations = 1_000

export const recordsBytes: Scenario<RecordSubject> = {
  name: 'records-bytes',
  title: 'Bytes of a push of 1,000 operations from Chromium',
  metrics: [
    { key: 'requests', title: 'requests', digits: 0, summary: 'median' },
    { key: 'plainBytes', title: 'JSON, bytes', digits: 0, summary: 'median' },
    { key: 'sentBytes', title: 'request bodies as sent, bytes', digits: 0, summary: 'median' },
    {
      key: 'savedPercent',
      title: 'saved, %',
      digits: 1,
      summary: 'median',
      goal: { text: '≥ 70', isMet: (percent) => percent >= goalPercent },
    },
  ],
  async measure({ dataDir }) {
    const server = await startRecordServer(dataDir)
    await using browser = await openBrowser()
    const device = await openRejoinDevice(browser, server)
    const { page } = await device.openPage()
    const pushes = await page.evaluate(async (count) => {
      window.stock.weighPushes()
      window.stock.open()
      await window.stock.createProducts(count)
      await window.stock.sync()
      return window.stock.pushes
    }, operations)
    await device.context.close()
    await server.stop()
    const carrying = pushes.filter((push) => push.operations > 0)
    const sum = (value: (push: (typeof carrying)[number]) => number): number =>
      carrying.reduce((total, push) => total + value(push), 0)
    if (sum((push) => push.operations) !== operations) throw new Error('the pushes do not carry each operation once')
    const plainBytes = sum((push) => push.plainBytes)
    const sentBytes = sum((push) => push.sentBytes)
    return { requests: carrying.length, plainBytes, sentBytes, savedPercent: 100 * (1 - sentBytes / plainBytes) }
  },
}
