import { performance } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import * as Y from 'yjs'
import { BenchClient } from '../client/bench-client.ts'
import { openAll } from '../client/open-all.ts'
import { storeDocuments } from '../client/store-documents.ts'
import { readCpuSeconds } from '../process-usage.ts'
import { createSceneUpdate } from '../sample-documents.ts'
import type { Scenario } from '../scenario.ts'

const rooms = 100
const clientsPerRoom = 10
const documents = Array.from({ length: rooms }, (_, index) => `scene-${index}`)
/** How long the network was gone: the server has seen every connection end. */
const outageMs = 2_000

export const reconnect: Scenario = {
  name: 'reconnect',
  title: `Reconnect: ${rooms * clientsPerRoom} clients of ${rooms} rooms (a scene of 10 KB each) coming back at once, with what they had`,
  metrics: [
    {
      key: 'allBackMs',
      title: 'until every client has its step 2, ms',
      digits: 0,
      summary: 'median',
      goal: { text: '≤ 1/2 of Hocuspocus', isMet: (rejoin, hocuspocus) => rejoin <= hocuspocus / 2 },
    },
    {
      key: 'cpuSeconds',
      title: 'server CPU-seconds',
      digits: 2,
      summary: 'median',
      goal: { text: '≤ 1/2 of Hocuspocus', isMet: (rejoin, hocuspocus) => rejoin <= hocuspocus / 2 },
    },
  ],
  async prepare({ subject, dataDir }) {
    const server = await subject.start(dataDir)
    await storeDocuments(server, subject, { documents, update: createSceneUpdate() })
    await delay(5_000)
    await server.stop()
  },
  async measure({ subject, dataDir }) {
    const server = await subject.start(dataDir)
    const stateVector = Y.encodeStateVectorFromUpdate(createSceneUpdate())
    const createClients = (known?: Uint8Array): readonly BenchClient[] =>
      documents.flatMap((document) =>
        Array.from(
          { length: clientsPerRoom },
          () => new BenchClient({ server, subject, document, ...(known && { stateVector: known }) }),
        ),
      )
    const before = createClients()
    await openAll(before)
    await delay(1_000)
    for (const client of before) client.close()
    await delay(outageMs)

    const clients = createClients(stateVector)
    const cpuSeconds = readCpuSeconds(server.pid)
    const startedAt = performance.now()
    await openAll(clients, clients.length)
    const allBackMs = performance.now() - startedAt
    await delay(500)
    const result = { allBackMs, cpuSeconds: readCpuSeconds(server.pid) - cpuSeconds }
    for (const client of clients) client.close()
    await server.stop()
    return result
  },
}
