import { setTimeout as delay } from 'node:timers/promises'
import { BenchClient } from '../client/bench-client.ts'
import { openAll } from '../client/open-all.ts'
import { storeScenes } from '../client/store-scenes.ts'
import { readResidentBytes, readSettledBytes } from '../process-usage.ts'
import type { MeasureContext, Scenario } from '../scenario.ts'
import type { RunningServer } from '../subject.ts'

const waves = 5
/** A server that has served nobody has yet to compile its code and grow its heap: that is not the cost of a room. */
const warmUpRooms = 200
/** Rooms may be unloaded a while after their last client. */
const leaveMs = 10_000

function sizesOf({ isQuick }: MeasureContext): { readonly rooms: number; readonly waveRooms: number } {
  return isQuick ? { rooms: 500, waveRooms: 200 } : { rooms: 5_000, waveRooms: 2_000 }
}

export const memory: Scenario = {
  name: 'memory',
  title: 'Memory: 5,000 rooms of a 10 KB document, one connection each; then five waves of 2,000 rooms',
  metrics: [
    {
      key: 'kibPerRoom',
      title: 'KiB per room with its connection',
      digits: 1,
      summary: 'median',
      goal: { text: '≤ 1/4 of Hocuspocus', isMet: (rejoin, hocuspocus) => rejoin <= hocuspocus / 4 },
    },
    {
      key: 'keptShare',
      title: 'share kept when all have left',
      digits: 2,
      summary: 'median',
      goal: { text: 'falls back (≤ 0.5)', isMet: (rejoin) => rejoin <= 0.5 },
    },
    {
      key: 'waveGrowthMib',
      title: 'growth from the first to the fifth wave, MiB',
      digits: 1,
      summary: 'median',
      goal: { text: 'none (≤ 2 MiB)', isMet: (rejoin) => rejoin <= 2 },
    },
    { key: 'baseMib', title: 'process before, MiB', digits: 0, summary: 'median' },
    { key: 'loadedMib', title: 'process with 5,000 rooms, after garbage collection, MiB', digits: 0, summary: 'median' },
    { key: 'unsettledMib', title: 'the same, before garbage collection, MiB', digits: 0, summary: 'median' },
    { key: 'leftMib', title: 'process when all have left, MiB', digits: 0, summary: 'median' },
    { key: 'lastWaveMib', title: 'process after the fifth wave, MiB', digits: 0, summary: 'median' },
  ],
  async prepare(context) {
    const server = await context.subject.start(context.dataDir)
    await storeScenes(server, context.subject, roomNames(0, sizesOf(context).rooms))
    await delay(5_000)
    await server.stop()
  },
  async measure(context) {
    const { rooms, waveRooms } = sizesOf(context)
    const server = await context.subject.start(context.dataDir)
    const leave = await join(server, context, roomNames(0, Math.min(warmUpRooms, rooms)))
    await leave()
    const base = await readSettledBytes(server.pid)

    const leaveAll = await join(server, context, roomNames(0, rooms))
    const unsettled = readResidentBytes(server.pid)
    const loaded = await readSettledBytes(server.pid)
    await leaveAll()
    const left = await readSettledBytes(server.pid)

    const afterWaves: number[] = []
    for (let wave = 0; wave < waves; wave += 1) {
      const leaveWave = await join(server, context, roomNames((wave * waveRooms) % rooms, waveRooms).map((name, index) => (index < rooms ? name : roomNames(index % rooms, 1)[0] ?? name)))
      await leaveWave()
      afterWaves.push(await readSettledBytes(server.pid))
    }
    await server.stop()
    const mib = (bytes: number): number => bytes / 2 ** 20
    const first = afterWaves[0] ?? 0
    const last = afterWaves.at(-1) ?? 0
    return {
      kibPerRoom: (loaded - base) / rooms / 1_024,
      keptShare: (left - base) / (loaded - base),
      waveGrowthMib: mib(last - first),
      baseMib: mib(base),
      loadedMib: mib(loaded),
      unsettledMib: mib(unsettled),
      leftMib: mib(left),
      lastWaveMib: mib(last),
    }
  },
}

function roomNames(from: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `scene-${from + index}`)
}

/** One client in each room; the returned function takes them all away and waits until the server may have forgotten them. */
async function join(server: RunningServer, { subject, isQuick }: MeasureContext, documents: readonly string[]): Promise<() => Promise<void>> {
  const clients = documents.map((document) => new BenchClient({ server, subject, document }))
  await openAll(clients)
  return async () => {
    const lost = clients.filter(({ isClosed }) => isClosed).length
    if (lost > 0) throw new Error(`${subject.name} closed ${lost} of ${clients.length} idle connections`)
    for (const client of clients) client.close()
    await delay(isQuick ? 2_000 : leaveMs)
  }
}
