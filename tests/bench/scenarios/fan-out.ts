import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { TypingRooms } from '../client/typing-rooms.ts'
import { readCpuSeconds } from '../process-usage.ts'
import type { Scenario } from '../scenario.ts'

const rooms = 50
const clientsPerRoom = 10
const updatesUnderWay = 4

export const fanOut: Scenario = {
  name: 'fan-out',
  title: `Fan-out at saturation: ${rooms} rooms × ${clientsPerRoom} clients, every client writes, ${updatesUnderWay} updates in flight each`,
  metrics: [
    {
      key: 'deliveredPerCpuSecond',
      title: 'updates delivered to others per server CPU-second',
      digits: 0,
      summary: 'median',
      goal: { text: '≥ 3 × Hocuspocus (aim 4)', isMet: (rejoin, hocuspocus) => rejoin >= 3 * hocuspocus },
    },
    { key: 'deliveredPerSecond', title: 'updates delivered per second', digits: 0, summary: 'median' },
    { key: 'serverCpu', title: 'processors the server used', digits: 2, summary: 'median' },
  ],
  async measure({ subject, dataDir, isQuick }) {
    const server = await subject.start(dataDir)
    const typing = await TypingRooms.open({ server, subject, rooms, clientsPerRoom })
    typing.saturate(updatesUnderWay)
    await delay(isQuick ? 500 : 3_000)
    const before = { at: performance.now(), cpuSeconds: readCpuSeconds(server.pid), delivered: typing.delivered }
    await delay(isQuick ? 1_000 : 8_000)
    const delivered = typing.delivered - before.delivered
    const cpuSeconds = readCpuSeconds(server.pid) - before.cpuSeconds
    const seconds = (performance.now() - before.at) / 1_000
    typing.pause()
    await typing.drain()
    typing.close()
    await server.stop()
    return {
      deliveredPerCpuSecond: delivered / cpuSeconds,
      deliveredPerSecond: delivered / seconds,
      serverCpu: cpuSeconds / seconds,
    }
  },
}
