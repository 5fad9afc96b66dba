import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { createManualTime } from '@rejoin/core/testing'
import { expect, test, vi } from 'vitest'
import { deviceStoreContract, sampleReport, sampleRun } from '../../testing/device-store-contract.ts'
import { temporaryFolder } from '../../testing/temporary-folder.ts'
import { databaseFile } from '../database/database-file.ts'
import { createSqliteDocumentStore } from '../sqlite-document-store.ts'

// Threads are slow to start on a busy machine.
vi.setConfig({ testTimeout: 30_000 })

deviceStoreContract('SQLite', async (clock) => {
  const store = await createSqliteDocumentStore({ dataDir: temporaryFolder(), clock })
  return { store: store.devices, close: () => store.close() }
})

const place = { user: 'ann', deviceId: 'phone' }

test('[DS11] devices, runs and commands outlive the process, and are kept 30 days after the device was last heard of', async () => {
  const dataDir = temporaryFolder()
  const time = createManualTime(1_000_000)
  const first = await createSqliteDocumentStore({ dataDir, clock: time })
  await first.devices.tenant('acme').report('ann', sampleReport({ runs: [sampleRun(1)] }))
  await first.devices.tenant('acme').command(place, { kind: 'pause' })
  await first.close()
  const second = await createSqliteDocumentStore({ dataDir, clock: time })
  const devices = second.devices.tenant('acme')
  const day = 24 * 60 * 60 * 1000
  time.advance(30 * day)
  await second.prune()
  const [kept] = await devices.list({})
  expect([kept?.commands.map(({ kind }) => kind), await devices.runs(place)]).toEqual([['pause'], [sampleRun(1)]])
  time.advance(1)
  await second.prune()
  expect([await devices.list({}), await devices.runs(place)]).toEqual([[], []])
  await second.close()
})

test('[DS12] many reports at once are one transaction', async () => {
  const store = await createSqliteDocumentStore({ dataDir: temporaryFolder() })
  const devices = store.devices.tenant('acme')
  await Promise.all(Array.from({ length: 90 }, (_, index) => devices.report('ann', sampleReport({ deviceId: `d${index}` }))))
  expect(store.reportCommitCount()).toBeLessThanOrEqual(2)
  expect(await devices.list({})).toHaveLength(90)
  await store.close()
})

test('[DS13] a setting of another version of the server hides no device', async () => {
  const dataDir = temporaryFolder()
  const store = await createSqliteDocumentStore({ dataDir })
  const devices = store.devices.tenant('acme')
  const report = sampleReport({ settings: { ...sampleReport().settings, syncIntervalMinutes: 30 } })
  await devices.report('ann', report)
  await devices.command(place, { kind: 'settings', settings: { minimumBatteryLevel: 50 } })
  const database = new DatabaseSync(join(dataDir, databaseFile))
  database.exec(
    `UPDATE device SET report = json_remove(json_set(report, '$.settings.useSatellite', 1), '$.settings.useMeteredConnection'),
    commands = json_set(commands, '$[0].settings.useSatellite', 1)`,
  )
  database.close()
  expect((await devices.list({}))[0]?.report.settings).toEqual(report.settings)
  expect(await devices.report('ann', report)).toMatchObject([{ kind: 'settings', settings: { minimumBatteryLevel: 50 } }])
  await store.close()
})

test('[DS13] a row that does not hold what was written is corrupt, never an empty device', async () => {
  const dataDir = temporaryFolder()
  const store = await createSqliteDocumentStore({ dataDir })
  const devices = store.devices.tenant('acme')
  await devices.report('ann', sampleReport({ runs: [sampleRun(1)] }))
  const database = new DatabaseSync(join(dataDir, databaseFile))
  database.exec(`UPDATE device SET report = '{"deviceId":"phone"}'; UPDATE device_run SET metrics = 'none'`)
  database.close()
  await expect(devices.list({})).rejects.toMatchObject({ code: 'corrupt' })
  await expect(devices.runs(place)).rejects.toMatchObject({ code: 'corrupt' })
  await store.close()
})

test('[DS13] commands that are damaged cost their device its report, and no other one that is written with it', async () => {
  const dataDir = temporaryFolder()
  const store = await createSqliteDocumentStore({ dataDir })
  const devices = store.devices.tenant('acme')
  await devices.report('ann', sampleReport({ queueSize: 1 }))
  const database = new DatabaseSync(join(dataDir, databaseFile))
  database.exec(`UPDATE device SET commands = '[{"kind":"dance"}]'`)
  const reports = await Promise.allSettled([
    devices.report('bob', sampleReport({ queueSize: 2, runs: [sampleRun(1)] })),
    devices.report('ann', sampleReport({ queueSize: 3, runs: [sampleRun(1)] })),
    devices.report('cem', sampleReport({ queueSize: 4 })),
  ])
  expect([store.reportCommitCount(), reports]).toMatchObject([
    2,
    [{ value: [] }, { reason: { name: 'DocumentStoreError', code: 'corrupt' } }, { value: [] }],
  ])
  const queues = database.prepare(`SELECT user, report ->> '$.queueSize' AS size FROM device ORDER BY user`).all()
  expect(queues.map(({ user, size }) => [user, size])).toEqual([
    ['ann', 1],
    ['bob', 2],
    ['cem', 4],
  ])
  database.close()
  expect(await devices.runs(place)).toEqual([])
  // Its person may still have it forgotten; then it begins anew.
  expect(await devices.forget(place)).toBe(true)
  expect(await devices.report('ann', sampleReport())).toEqual([])
  await store.close()
})
