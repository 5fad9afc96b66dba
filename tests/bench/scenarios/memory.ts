import { setTimeout as delay } from 'node:timers/promises'
import { BenchClient } from '../client/bench-client.ts'
import { openAll } from '../client/open-all.ts'
import { storeDocuments } from '../client/store-documents.ts'
import { readResidentBytes, readSettledBytes } from '../process-usage.ts'
import { createSceneUpdate, createTextUpdate } from '../sample-documents.ts'
import type { MeasureContext, Metric, Scenario } from '../scenario.ts'
import type { RunningServer } from '../subject.ts'

const waves = 5
/** A server that has served nobody has yet to compile its code and grow its heap: that is not the cost of a room. */
const warmUpRooms = 200
/** A room may be unloaded a while after its last client. */
const leaveMs = 15_000
/** A server may let go of what it loaded for a join a while after it. */
const restMs = 10_000

function sizesOf({ isQuick }: MeasureContext): { readonly rooms: number; readonly waveRooms: number } {
  return isQuick ? { rooms: 500, waveRooms: 200 } : { rooms: 5_000, waveRooms: 2_000 }
}

const perRoom: Metric = {
  key: 'kibPerRoom',
  title: 'KiB per room with its connection',
  digits: 1,
  summary: 'median',
  goal: { text: '≤ 1/4 of Hocuspocus', isMet: (rejoin, hocuspocus) => rejoin <= hocuspocus / 4 },
}
const growth: Metric = {
  key: 'waveGrowthMib',
  title: 'growth from the first to the fifth wave, MiB',
  digits: 1,
  summary: 'median',
  // Of processes of some 200 MiB, in pages that come and go.
  goal: { text: 'none (≤ 5 MiB)', isMet: (rejoin) => rejoin <= 5 },
}
const residents: readonly Metric[] = [
  {
    key: 'keptShare',
    title: 'share of it kept when all have left',
    digits: 2,
    summary: 'median',
    goal: { text: 'falls back (≤ 0.5)', isMet: (rejoin) => rejoin <= 0.5 },
  },
  { key: 'baseMib', title: 'resident before, MiB', digits: 0, summary: 'median' },
  { key: 'loadedMib', title: 'resident with all rooms, MiB', digits: 0, summary: 'median' },
  { key: 'uncollectedMib', title: 'the same before garbage collection, MiB', digits: 0, summary: 'median' },
  { key: 'leftMib', title: 'resident when all have left, MiB', digits: 0, summary: 'median' },
]

interface MemoryScenario {
  readonly name: string
  readonly title: string
  readonly hasWaves: boolean
  readonly createUpdate: () => Uint8Array
}

function createMemoryScenario({ name, title, hasWaves, createUpdate }: MemoryScenario): Scenario {
  return {
    name,
    title,
    metrics: hasWaves ? [perRoom, growth, ...residents] : [perRoom, ...residents],
    async prepare(context) {
      const server = await context.subject.start(context.dataDir)
      await storeDocuments(server, context.subject, {
        documents: documentNames(0, sizesOf(context).rooms),
        update: createUpdate(),
      })
      await delay(5_000)
      await server.stop()
    },
    async measure(context) {
      const server = await context.subject.start(context.dataDir)
      const values = await measureRooms(server, context)
      const waveGrowthMib = hasWaves ? await measureWaves(server, context) : 0
      await server.stop()
      return { ...values, waveGrowthMib }
    },
  }
}

async function measureRooms(server: RunningServer, context: MeasureContext): Promise<Record<string, number>> {
  const { rooms } = sizesOf(context)
  const leave = await join(server, context, documentNames(0, Math.min(warmUpRooms, rooms)))
  await leave()
  const base = await readSettledBytes(server.pid)
  const leaveAll = await join(server, context, documentNames(0, rooms))
  const uncollected = readResidentBytes(server.pid)
  await delay(restMs)
  const loaded = await readSettledBytes(server.pid)
  await leaveAll()
  const left = await readSettledBytes(server.pid)
  return {
    kibPerRoom: (loaded - base) / rooms / 1_024,
    keptShare: (left - base) / (loaded - base),
    baseMib: mebibytes(base),
    loadedMib: mebibytes(loaded),
    uncollectedMib: mebibytes(uncollected),
    leftMib: mebibytes(left),
  }
}

/** Every wave fills its rooms and leaves them: what is left after the last beyond what was left after the first has leaked. */
async function measureWaves(server: RunningServer, context: MeasureContext): Promise<number> {
  const { rooms, waveRooms } = sizesOf(context)
  const leftMib: number[] = []
  for (let wave = 0; wave < waves; wave += 1) {
    const leave = await join(server, context, documentNames((wave * waveRooms) % (rooms - waveRooms), waveRooms))
    await leave()
    leftMib.push(mebibytes(await readSettledBytes(server.pid)))
  }
  console.error(`memory ${context.subject.name}: MiB after each wave ${leftMib.map((mib) => mib.toFixed(1)).join(', ')}`)
  return (leftMib.at(-1) ?? 0) - (leftMib[0] ?? 0)
}

function documentNames(from: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `document-${from + index}`)
}

function mebibytes(bytes: number): number {
  return bytes / 2 ** 20
}

/** One client in each room; the returned function takes them all away and waits until the server may have forgotten them. */
async function join(
  server: RunningServer,
  { subject, isQuick }: MeasureContext,
  documents: readonly string[],
): Promise<() => Promise<void>> {
  const clients = documents.map((document) => new BenchClient({ server, subject, document }))
  await openAll(clients)
  return async () => {
    const lost = clients.filter(({ isClosed }) => isClosed).length
    if (lost > 0) throw new Error(`${subject.name} closed ${lost} of ${clients.length} idle connections`)
    for (const client of clients) client.close()
    await delay(isQuick ? 2_000 : leaveMs)
  }
}

export const memoryOfTexts = createMemoryScenario({
  name: 'memory-texts',
  title: 'Memory: 5,000 rooms of a text of 10 KB, one connection each; then five waves of 2,000 rooms',
  hasWaves: true,
  createUpdate: createTextUpdate,
})

export const memoryOfScenes = createMemoryScenario({
  name: 'memory-scenes',
  title: 'Memory: 5,000 rooms of a canvas scene of 10 KB, one connection each',
  hasWaves: false,
  createUpdate: createSceneUpdate,
})
