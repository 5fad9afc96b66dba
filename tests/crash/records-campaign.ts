import type { RecordRow } from '@rejoin/core'
import { createSeededRandom } from '@rejoin/core/testing'
import { randomMoment } from '../support/random-moment.ts'
import { readRecordFeed } from '../support/read-record-feed.ts'
import { demoSchemaFlags } from '../support/record-operations.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { createRecordsDevice, type RecordsDevice } from './records-device.ts'
import { createRecordsLedger, keyOf, type RecordFault, type RecordsLedger } from './records-ledger.ts'

/** Latest moment of a kill after the devices set out to push. */
const killWithinMs = 300
const deviceNames = ['one', 'two', 'three', 'four']

export interface RecordsCampaignOptions {
  readonly cycles: number
  readonly seed: number
  /** Another server than the CLI, and what it is told. */
  readonly entry?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly onCycle?: (cycle: number, faults: readonly RecordFault[]) => void
  /** Ends the campaign after the first cycle with a fault. */
  readonly stopsAtFault?: boolean
}

export interface RecordsCampaignReport {
  readonly kills: number
  readonly answered: number
  /** Answers to operations that had been answered before. */
  readonly repeated: number
  readonly rows: number
  readonly faults: readonly RecordFault[]
  readonly slowestStartMs: number
}

/** Kills a real server while devices push, again and again, and holds what it answered against what its next life has. */
export async function runRecordsCampaign(options: RecordsCampaignOptions): Promise<RecordsCampaignReport> {
  const random = createSeededRandom(options.seed)
  const ledger = createRecordsLedger()
  const devices = deviceNames.map((name) => createRecordsDevice(name, random.fork(name), ledger))
  const reader = createFeedFollower(ledger)
  let kills = 0
  let slowestStartMs = 0
  await using server = await startServer({
    flags: ['--rate-limits', 'off', '--log-level', 'warn', ...demoSchemaFlags],
    ...(options.entry === undefined ? {} : { entry: options.entry }),
    ...(options.environment === undefined ? {} : { environment: options.environment }),
  })
  for (let cycle = 1; cycle <= options.cycles; cycle++) {
    const working = devices.map((device) => device.work(server))
    await randomMoment(random, killWithinMs)
    await server.stop('SIGKILL')
    await Promise.all(working)
    kills += 1
    const startedMs = performance.now()
    await server.start()
    slowestStartMs = Math.max(slowestStartMs, performance.now() - startedMs)
    const known = ledger.faults.length
    await reader.follow(server)
    ledger.compare(reader.rowByKey)
    options.onCycle?.(cycle, ledger.faults.slice(known))
    if (ledger.faults.length > 0 && options.stopsAtFault === true) break
  }
  if (ledger.faults.length === 0) await settle(server, devices, { reader, ledger })
  const { faults, answeredCount: answered, repeatedCount: repeated } = ledger
  return { kills, answered, repeated, rows: reader.rowByKey.size, faults, slowestStartMs }
}

interface FeedFollower {
  readonly rowByKey: ReadonlyMap<string, RecordRow>
  /** Goes on from where it stood. */
  follow(server: RunningServer): Promise<void>
}

/** A device that only pulls, over all lives of the server. */
function createFeedFollower(ledger: RecordsLedger): FeedFollower {
  const rowByKey = new Map<string, RecordRow>()
  let checkpoint: string | undefined
  return {
    rowByKey,
    async follow(server) {
      const reading = await readRecordFeed(server, checkpoint)
      if (reading === undefined) {
        ledger.fault({ kind: 'feed', what: 'the server cannot go on from its own checkpoint' })
        return
      }
      for (const row of reading.rows) rowByKey.set(keyOf(row), row)
      checkpoint = reading.checkpoint
    },
  }
}

/** Everything is answered, everything is sent once more, and then exactly that is there, for who followed as for who comes new. */
async function settle(
  server: RunningServer,
  devices: readonly RecordsDevice[],
  { reader, ledger }: { readonly reader: FeedFollower; readonly ledger: RecordsLedger },
): Promise<void> {
  for (const device of devices) await device.settle(server)
  await reader.follow(server)
  ledger.compareExactly(reader.rowByKey)
  const whole = await readRecordFeed(server, undefined)
  const wholeByKey = new Map(whole?.rows.map((row) => [keyOf(row), row]))
  for (const key of new Set([...wholeByKey.keys(), ...reader.rowByKey.keys()])) {
    if (JSON.stringify(wholeByKey.get(key)) !== JSON.stringify(reader.rowByKey.get(key)))
      ledger.fault({ kind: 'feed', what: `who followed the feed has another ${key}` })
  }
}
