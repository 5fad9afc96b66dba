import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRawWebSocket } from '../support/raw-socket.ts'
import { readMetric } from '../support/read-metric.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { waitFor } from '../support/wait-for.ts'
import { createNeighbourhood, type Neighbourhood } from './socket-neighbourhood.ts'

/** More than the network's own buffers and the server's bound together hold. */
const megabytes = 24
/** The server endures a slow reader for 30 s. */
const enduredMs = 45_000
const memoryGrowthMax = 200 * 1024 * 1024

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** Overwrites one value again and again: the document stays small, the traffic does not. */
async function flood({ ada, grace }: Neighbourhood): Promise<void> {
  for (let index = 1; index <= megabytes; index++) {
    ada.doc.getMap('latest').set('big', `${index} ${'x'.repeat(1024 * 1024)}`)
    await waitFor(`megabyte ${index} arrives`, () => String(grace.doc.getMap('latest').get('big')).startsWith(`${index} `))
  }
}

test(
  '[HS11] somebody who does not read is let go after 30 s; the others notice nothing, and the server’s memory is bounded',
  { timeout: 120_000 },
  async () => {
    using neighbourhood = await createNeighbourhood(server, 'slow')
    using slow = await openRawWebSocket(server, neighbourhood.name)
    slow.socket.pause()
    const before = await readMetric(server, 'process_resident_memory_bytes')
    await flood(neighbourhood)
    expect((await readMetric(server, 'process_resident_memory_bytes')) - before).toBeLessThan(memoryGrowthMax)
    expect(await readMetric(server, 'rejoin_connections')).toBe(3)

    await waitFor(
      'the slow one is let go',
      async () => (await readMetric(server, 'rejoin_refusals_total{code="TOO_SLOW"}')) === 1,
      { withinMs: enduredMs },
    )
    await waitFor('it is counted out', async () => (await readMetric(server, 'rejoin_connections')) === 2)
    expect([neighbourhood.ada.closeCodes, neighbourhood.grace.closeCodes]).toEqual([[], []])
    neighbourhood.ada.text.insert(0, 'on ')
    await waitFor('the neighbours work on', () => neighbourhood.grace.text.toJSON().startsWith('on '))
  },
)
