import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { BenchClient } from '../client/bench-client.ts'
import { fetchDocument } from '../client/fetch-document.ts'
import { readInsertions } from '../client/read-insertions.ts'
import { readEditingTrace, type EditingTrace } from '../editing-trace.ts'
import { readCpuSeconds } from '../process-usage.ts'
import type { MeasureContext, Scenario } from '../scenario.ts'

const document = 'paper'
const updatesUnderWayMax = 1_000
const feedMsMax = 600_000
const contentMsMax = 60_000
/** Time for what a server does in the background after the last edit, before it is stopped. */
const afterFeedMs = 5_000

let trace: EditingTrace | undefined
function traceFor({ isQuick }: MeasureContext): EditingTrace {
  trace ??= readEditingTrace(isQuick ? 20_000 : Infinity)
  return trace
}

export const firstLoad: Scenario = {
  name: 'first-load',
  title: 'First load after a restart of a document made by 260,000 single-character edits',
  metrics: [
    {
      key: 'fullContentMs',
      title: 'connection to full content, ms',
      digits: 1,
      summary: 'median',
      goal: { text: '≤ 1/5 of Hocuspocus', isMet: (rejoin, hocuspocus) => rejoin <= hocuspocus / 5 },
    },
    { key: 'cpuMs', title: 'server CPU for it, ms', digits: 0, summary: 'median' },
  ],
  prepare: feed,
  async measure(context) {
    const { subject, dataDir } = context
    const { endContent, isGenerated } = traceFor(context)
    if (isGenerated) console.log('The editing trace is not at hand: first-load uses a generated one of the same size.')
    const server = await subject.start(dataDir)
    await delay(500)
    const cpuSeconds = readCpuSeconds(server.pid)
    const { doc, completeMs } = await fetchDocument(server, subject, { document, contentMsMax })
    const cpuMs = (readCpuSeconds(server.pid) - cpuSeconds) * 1_000
    await server.kill()
    if (doc.getText('text').toJSON() !== endContent) throw new Error(`${subject.name} returned other content than was stored`)
    return { fullContentMs: completeMs, cpuMs }
  },
}

/** Sends every edit as its author's device would have, never more than a thousand ahead of what has come back. */
async function feed(context: MeasureContext): Promise<void> {
  const { subject, dataDir } = context
  const { updates } = traceFor(context)
  const server = await subject.start(dataDir)
  let echoed = 0
  let resume = (): void => {}
  const client = new BenchClient({
    server,
    subject,
    document,
    onContent: (bytes, start) => {
      readInsertions(bytes, start, (_client, clock, length) => {
        echoed = clock + length
      })
      resume()
    },
  })
  await client.open()
  const deadline = performance.now() + feedMsMax
  let inserted = 0
  for (const [index, update] of updates.entries()) {
    client.sendUpdate(update)
    readInsertions(update, 0, (_client, clock, length) => {
      inserted = clock + length
    })
    if (index % updatesUnderWayMax !== 0 && index < updates.length - 1) continue
    while (echoed < inserted) {
      const woken = new Promise<void>((resolve) => {
        resume = resolve
      })
      const isLate = await Promise.race([woken.then(() => false), delay(1_000, true)])
      if (performance.now() > deadline)
        throw new Error(`${subject.name} took longer than ${feedMsMax} ms for ${updates.length} edits`)
      if (isLate && client.isClosed) throw new Error(`${subject.name} closed the connection after ${index} edits`)
    }
  }
  await delay(afterFeedMs)
  client.close()
  await delay(afterFeedMs)
  await server.stop()
}
