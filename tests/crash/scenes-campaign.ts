import { createSeededRandom } from '@rejoin/core/testing'
import { randomMoment } from '../support/random-moment.ts'
import { readScene } from '../support/scene-requests.ts'
import { startServer } from '../support/start-server.ts'
import { connectStockClient } from '../support/stock-client.ts'
import { waitFor } from '../support/wait-for.ts'
import { createSceneSender } from './scene-sender.ts'

/** Latest moment of a kill after the programs set out to send. */
const killWithinMs = 500
/** By program: the scene that it sends to. */
const sceneBySender = { one: 'shared', two: 'shared', three: 'own' }

export interface ScenesCampaignOptions {
  readonly cycles: number
  readonly seed: number
  /** Another server than the CLI, and what it is told. */
  readonly entry?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly onCycle?: (cycle: number, faults: readonly string[]) => void
  /** Ends the campaign after the first cycle with a fault. */
  readonly stopsAtFault?: boolean
}

export interface ScenesCampaignReport {
  readonly kills: number
  readonly answered: number
  readonly repeated: number
  /** Edits of somebody who had the shared scene open all the time. */
  readonly drawn: number
  readonly faults: readonly string[]
}

/** Kills a real server while programs send batches to scenes and somebody draws, and holds what was answered against what its next life has. */
export async function runScenesCampaign(options: ScenesCampaignOptions): Promise<ScenesCampaignReport> {
  const random = createSeededRandom(options.seed)
  const senders = Object.entries(sceneBySender).map(([name, scene]) => createSceneSender(name, scene, random.fork(name)))
  const faultsNow = () => senders.flatMap(({ faults }) => faults)
  let kills = 0
  let drawn = 0
  await using server = await startServer({
    flags: ['--rate-limits', 'off', '--log-level', 'warn'],
    ...(options.entry === undefined ? {} : { entry: options.entry }),
    ...(options.environment === undefined ? {} : { environment: options.environment }),
  })
  using painter = connectStockClient(server.documentsUrl, 'shared')
  for (let cycle = 1; cycle <= options.cycles; cycle++) {
    const working = senders.map((sender) => sender.work(server))
    painter.doc.getMap('drawn').set('strokes', ++drawn)
    await randomMoment(random, killWithinMs)
    await server.stop('SIGKILL')
    await Promise.all(working)
    kills += 1
    await server.start()
    const known = faultsNow().length
    for (const sender of senders) await sender.verify(server)
    options.onCycle?.(cycle, faultsNow().slice(known))
    if (faultsNow().length > 0 && options.stopsAtFault === true) break
  }
  const faults = [...faultsNow()]
  if (faults.length === 0) {
    await waitFor('the painter and the server agree', async () => {
      const stored = await readScene(server, 'shared')
      return JSON.stringify(Object.entries(stored ?? {})) === JSON.stringify(elementsOf(painter.doc.getMap('elements').toJSON()))
    }).catch((error: unknown) => faults.push(String(error)))
  }
  const sum = (count: 'answered' | 'repeated') => senders.reduce((total, sender) => total + sender[count], 0)
  return { kills, answered: sum('answered'), repeated: sum('repeated'), drawn, faults }
}

/** In the order of their ids, as the server tells them. */
function elementsOf(elements: Readonly<Record<string, unknown>>): readonly (readonly [string, unknown])[] {
  return Object.entries(elements).toSorted(([one], [other]) => (one < other ? -1 : 1))
}
