import { createManualTime } from '@rejoin/core/testing'
import { describe, expect, test } from 'vitest'
import { writeMeta } from '../outbox/meta-value.ts'
import { createMemoryRecordDatabase, RecordDisk, type CommitFate } from '../record-database/memory-record-database.ts'
import type { SyncRun } from '../sync/sync-run.ts'
import { rest } from '../testing/sync-device.ts'
import { ActivityLog, runsKeptMax } from './activity-log.ts'

const time = createManualTime(0)

function open(disk = new RecordDisk(), fateOf?: () => Promise<CommitFate>) {
  const database = createMemoryRecordDatabase({ disk, ...(fateOf !== undefined && { fateOf }) })
  return { disk, database, log: new ActivityLog({ database, scheduler: time }) }
}

const run = (startedAt: number): SyncRun => ({
  startedAt,
  durationMs: 12,
  trigger: 'change',
  outcome: startedAt % 2 === 0 ? 'done' : 'failed',
  ...(startedAt % 2 === 1 && { error: { code: 'UNREACHABLE', message: 'no answer' } }),
  items: 3,
  received: 1,
  conflicts: 0,
  failures: 0,
  requests: 2,
  bytesSent: 100,
  bytesReceived: 200,
  wakeUps: 1,
})

const runsFrom = (first: number, count: number): SyncRun[] => Array.from({ length: count }, (_none, index) => run(first + index))

describe('the last runs', () => {
  test('[AC1] are there at once, told, and kept over a reload', async () => {
    const { disk, log } = open()
    await rest()
    let told = 0
    log.subscribe(() => told++)
    log.runEnded(run(1))
    log.runEnded(run(2))
    expect({ runs: log.runs(), told }).toEqual({ runs: runsFrom(1, 2), told: 2 })
    time.advance(1_000)
    await rest()
    const reloaded = open(disk).log
    await rest()
    expect(reloaded.runs()).toEqual(runsFrom(1, 2))
    expect(log.runs()).toEqual(runsFrom(1, 2))
  })

  test('[AC1] are the same list until there is another one', async () => {
    const { log } = open()
    await rest()
    log.runEnded(run(1))
    const before = log.runs()
    time.advance(1_000)
    await rest()
    expect(log.runs()).toBe(before)
  })

  test('[AC1] are written before the page goes', async () => {
    const { disk, log } = open()
    log.runEnded(run(1))
    await log.close()
    const { log: reloaded } = open(disk)
    await rest()
    expect(reloaded.runs()).toEqual([run(1)])
  })

  test('[AC1] are written once, also when the page goes while they are being written', async () => {
    const writes: (() => void)[] = []
    const { disk, log } = open(new RecordDisk(), () => new Promise((resolve) => writes.push(() => resolve('commit'))))
    await rest()
    log.runEnded(run(1))
    time.advance(1_000)
    await rest()
    log.runEnded(run(2))
    const closed = log.close()
    while (writes.length > 0) {
      writes.shift()?.()
      await rest()
    }
    await closed
    const { log: reloaded } = open(disk)
    await rest()
    expect(reloaded.runs()).toEqual(runsFrom(1, 2))
  })

  test('[AC2] are those of all tabs, and no more than a hundred', async () => {
    const { disk, log } = open()
    const other = open(disk).log
    await rest()
    for (const each of runsFrom(1, 60)) log.runEnded(each)
    time.advance(1_000)
    await rest()
    expect(other.runs()).toEqual(runsFrom(1, 60))
    for (const each of runsFrom(61, 60)) other.runEnded(each)
    time.advance(1_000)
    await rest()
    const last = runsFrom(21, runsKeptMax)
    expect({ own: log.runs(), other: other.runs() }).toEqual({ own: last, other: last })
  })

  test('[AC3] a damaged history is an empty one', async () => {
    const { disk, database } = open()
    await database.transaction('write', (tables) => writeMeta(tables, 'runs', [{ startedAt: 'yesterday' }]))
    const { log } = open(disk)
    await rest()
    expect(log.runs()).toEqual([])
    log.runEnded(run(1))
    await log.close()
    const { log: reloaded } = open(disk)
    await rest()
    expect(reloaded.runs()).toEqual([run(1)])
  })

  test('[AC3] what could not be written is written with the next run', async () => {
    const fates: CommitFate[] = ['fail']
    const { disk, log } = open(new RecordDisk(), () => Promise.resolve(fates.shift() ?? 'commit'))
    await rest()
    log.runEnded(run(1))
    time.advance(1_000)
    await rest()
    expect(log.runs()).toEqual([run(1)])
    log.runEnded(run(2))
    time.advance(1_000)
    await rest()
    const { log: reloaded } = open(disk)
    await rest()
    expect(reloaded.runs()).toEqual(runsFrom(1, 2))
  })
})
