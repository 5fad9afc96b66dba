import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { TypingRooms } from '../client/typing-rooms.ts'
import { readCpuSeconds } from '../process-usage.ts'
import type { MeasureContext, Scenario } from '../scenario.ts'

interface Load {
  readonly name: string
  readonly title: string
  readonly rooms: number
  readonly clientsPerRoom: number
  readonly begin: (typing: TypingRooms) => void
}

/** The time from writing an update to a sender's socket until each other client of the room has read it. */
function createLatencyScenario(load: Load): Scenario {
  return {
    name: load.name,
    title: load.title,
    metrics: [
      {
        key: 'p50',
        title: 'latency p50, ms',
        digits: 2,
        summary: 'median',
        goal: { text: '≤ Hocuspocus + 0.5 ms', isMet: (rejoin, hocuspocus) => rejoin <= hocuspocus + 0.5 },
      },
      {
        key: 'p99',
        title: 'latency p99, ms',
        digits: 2,
        summary: 'median',
        goal: { text: '≤ Hocuspocus', isMet: (rejoin, hocuspocus) => rejoin <= hocuspocus },
      },
      { key: 'p99WithSaves', title: 'latency p99 with what happens every 10 s, ms', digits: 2, summary: 'median' },
      { key: 'deliveredPerSecond', title: 'updates delivered per second', digits: 0, summary: 'median' },
      { key: 'deliveredPerCpuSecond', title: 'updates delivered per server CPU-second', digits: 0, summary: 'median' },
    ],
    measure: (context) => measureLatency(load, context),
  }
}

/**
 * Both servers are compiled and have grown their heaps before anything is measured: the load runs once, then rests until everything is
 * saved, then begins again. Hocuspocus saves a busy document at most 10 s after its first change, all rooms of this load at once: the first
 * window ends before that, where it is at its best; the second holds one such moment.
 */
const windowMs = { rehearsal: 12_000, rest: 12_000, settleIn: 2_000, untilSave: 7_000, withSave: 5_000 }

async function measureLatency(
  { rooms, clientsPerRoom, begin }: Load,
  { subject, dataDir, isQuick }: MeasureContext,
): Promise<Record<string, number>> {
  const server = await subject.start(dataDir)
  const typing = await TypingRooms.open({ server, subject, rooms, clientsPerRoom })
  begin(typing)
  await delay(isQuick ? 500 : windowMs.rehearsal)
  typing.pause()
  await typing.drain()
  await delay(isQuick ? 100 : windowMs.rest)
  begin(typing)
  await delay(isQuick ? 500 : windowMs.settleIn)
  const before = { at: performance.now(), cpuSeconds: readCpuSeconds(server.pid), delivered: typing.delivered }
  typing.measureLatency()
  await delay(isQuick ? 1_000 : windowMs.untilSave)
  const delivered = typing.delivered - before.delivered
  const cpuSeconds = readCpuSeconds(server.pid) - before.cpuSeconds
  const seconds = (performance.now() - before.at) / 1_000
  const p50 = typing.latency.percentile(0.5)
  const p99 = typing.latency.percentile(0.99)
  await delay(isQuick ? 100 : windowMs.withSave)
  const p99WithSaves = typing.latency.percentile(0.99)
  typing.pause()
  await typing.drain()
  typing.close()
  await server.stop()
  return {
    p50,
    p99,
    p99WithSaves,
    deliveredPerSecond: delivered / seconds,
    deliveredPerCpuSecond: delivered / cpuSeconds,
  }
}

export const latencyOfManyRooms = createLatencyScenario({
  name: 'latency-many-rooms',
  title: 'Latency, 50 rooms × 10 clients, 3,000 updates/s offered',
  rooms: 50,
  clientsPerRoom: 10,
  begin: (typing) => typing.typeAt(3_000),
})

export const latencyOfOneLargeRoom = createLatencyScenario({
  name: 'latency-large-room',
  title: 'Latency, one room of 200 clients, 100 updates/s offered',
  rooms: 1,
  clientsPerRoom: 200,
  begin: (typing) => typing.typeAt(100),
})

export const latencyOfOneLargeRoomSaturated = createLatencyScenario({
  name: 'latency-large-room-saturated',
  title: 'Latency, one room of 200 clients, every client writes, 4 updates in flight each',
  rooms: 1,
  clientsPerRoom: 200,
  begin: (typing) => typing.saturate(4),
})
