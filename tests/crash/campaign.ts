import { createSeededRandom, type SeededRandom } from '@rejoin/core/testing'
import { randomMoment } from '../support/random-moment.ts'
import { digestOf, readServerDocument } from '../support/server-documents.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { waitFor } from '../support/wait-for.ts'
import { createLedger, type Ledger, type Loss } from './ledger.ts'
import { logOf } from './logbook.ts'
import { createStockWriter } from './stock-writer.ts'
import { createWireWriter } from './wire-writer.ts'
import type { Writer } from './writer.ts'

/** Latest moment of a kill after the writers set out to connect. */
const killWithinMs = 300
const documents = ['crash/one', 'crash/two', 'crash/three']

export interface CampaignOptions {
  readonly cycles: number
  readonly seed: number
  /** Another server than the CLI. */
  readonly entry?: string
  /** Called after each cycle. */
  readonly onCycle?: (cycle: CycleReport) => void
  /** Ends the campaign after the first cycle with a loss. */
  readonly stopsAtLoss?: boolean
}

export interface CycleReport {
  readonly cycle: number
  readonly losses: readonly Loss[]
}

export interface CampaignReport {
  readonly kills: number
  readonly acknowledged: number
  readonly shown: number
  readonly losses: readonly Loss[]
  readonly refusals: readonly string[]
  /** From the spawn to the ready line, over all restarts. */
  readonly slowestStartMs: number
  /** Whether all devices and the server held the same in the end. */
  readonly hasConverged: boolean
}

/** Kills a real server under load again and again, and holds what it promised against what its next life has, before any client can repair it. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const random = createSeededRandom(options.seed)
  const ledger = createLedger()
  const writersByDocument = new Map(
    documents.map((document) => [document, createWriters(document, random.fork(document), ledger)]),
  )
  const writers = [...writersByDocument.values()].flat()
  const losses: Loss[] = []
  let kills = 0
  let slowestStartMs = 0
  await using server = await startServer({
    flags: ['--rate-limits', 'off'],
    ...(options.entry === undefined ? {} : { entry: options.entry }),
  })
  try {
    for (let cycle = 1; cycle <= options.cycles; cycle++) {
      await killUnderLoad(server, writers, random)
      kills += 1
      const startedMs = performance.now()
      await server.start()
      slowestStartMs = Math.max(slowestStartMs, performance.now() - startedMs)
      const lost = await findLosses(server, ledger)
      losses.push(...lost)
      options.onCycle?.({ cycle, losses: lost })
      if (lost.length > 0 && options.stopsAtLoss === true) break
    }
    const hasConverged = losses.length === 0 && (await converge(server, writersByDocument))
    const counts = { kills, acknowledged: ledger.count('acknowledged'), shown: ledger.count('shown') }
    return { ...counts, losses, refusals: ledger.refusals, slowestStartMs, hasConverged }
  } finally {
    for (const writer of writers) writer.close()
  }
}

function createWriters(document: string, random: SeededRandom, ledger: Ledger): readonly Writer[] {
  const wire = (name: string, acknowledgedBy: 'receipt' | 'echo') =>
    createWireWriter({ name, document, acknowledgedBy, random: random.fork(name), ledger })
  return [
    wire('ours 1', 'receipt'),
    wire('ours 2', 'receipt'),
    wire('echo', 'echo'),
    createStockWriter({ name: 'stock', document, random: random.fork('stock'), ledger }),
  ]
}

async function killUnderLoad(server: RunningServer, writers: readonly Writer[], random: SeededRandom): Promise<void> {
  for (const writer of writers) {
    if (random.chance(0.3)) writer.reload()
    if (random.chance(0.3)) writer.writeOffline()
    writer.connect(server.documentsUrl)
  }
  await randomMoment(random, killWithinMs)
  await server.stop('SIGKILL')
  await Promise.all(writers.map((writer) => writer.cut()))
}

/** Reads every document over HTTP; reading fails where the document does not load, or holds something that waits for what is missing. */
async function findLosses(server: RunningServer, ledger: Ledger): Promise<readonly Loss[]> {
  const losses = await Promise.all(
    documents.map(async (document) => {
      const stored = await readServerDocument(server, document)
      if (stored !== undefined) digestOf(stored)
      return ledger.losses(document, new Set(stored === undefined ? [] : logOf(stored).toArray()))
    }),
  )
  return losses.flat()
}

/** Everybody comes back without writing anything more; then all must be equal to the server. */
async function converge(server: RunningServer, writersByDocument: ReadonlyMap<string, readonly Writer[]>): Promise<boolean> {
  for (const writer of [...writersByDocument.values()].flat()) {
    writer.rest()
    writer.connect(server.documentsUrl)
  }
  for (const [document, writers] of writersByDocument) {
    await waitFor(`${document} converges`, async () => {
      const stored = await readServerDocument(server, document)
      return stored !== undefined && writers.every((writer) => writer.digest() === digestOf(stored))
    })
  }
  return true
}
