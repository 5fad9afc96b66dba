import { openBrowser } from '../../support/open-browser.ts'
import { readCpuSeconds } from '../process-usage.ts'
import type { RecordSubject } from '../records/record-subject.ts'
import type { Scenario } from '../scenario.ts'

export const recordsBesidePouchdb: Scenario<RecordSubject> = {
  name: 'records-beside-pouchdb',
  title: '10,000 new rows of a device in Chromium to the server',
  metrics: [
    {
      key: 'syncMs',
      title: 'from the start of the sync until the device says that all are on the server, ms',
      digits: 0,
      summary: 'median',
      goal: { text: '≤ 1/3 of PouchDB, aim 1/10', isMet: (rejoin, pouchdb) => rejoin <= pouchdb / 3 },
    },
    { key: 'serverCpuMs', title: 'server CPU for it, ms', digits: 0, summary: 'median' },
    {
      key: 'writeMs',
      title: 'before that: 10,000 writes on the device (bulkDocs; single creates), ms',
      digits: 0,
      summary: 'median',
    },
  ],
  async measure({ subject, dataDir, isQuick }) {
    const count = isQuick ? 1_000 : 10_000
    const server = await subject.start(dataDir)
    await using browser = await openBrowser()
    const device = await subject.openDevice(browser, server)
    const writeMs = await device.write(count)
    const cpuSeconds = readCpuSeconds(server.pid)
    const syncMs = await device.sync()
    const serverCpuMs = (readCpuSeconds(server.pid) - cpuSeconds) * 1_000
    const arrived = await device.countOnServer()
    await device.close()
    await server.stop()
    if (arrived !== count) throw new Error(`${subject.name} has ${arrived} of ${count} rows on the server`)
    return { syncMs, serverCpuMs, writeMs }
  },
}
