import { createManualTime, createSeededRandom } from '@rejoin/core/testing'
import { expect, test } from 'vitest'
import { alwaysOnline } from '../connection/online-signals.ts'
import { createMemoryRecordDatabase, RecordDisk } from '../record-database/memory-record-database.ts'
import { StoreError } from '../store/store-error.ts'
import { alwaysAwake } from '../sync/page-life.ts'
import type { SyncTransport } from '../sync/sync-transport.ts'
import { FakeConnectivity } from '../testing/fake-connectivity.ts'
import { FakeLocks } from '../testing/fake-locks.ts'
import { FakeRecordServer } from '../testing/fake-record-server.ts'
import { rest } from '../testing/sync-device.ts'
import { stockSchema } from '../testing/test-records.ts'
import { deafDeviceHost } from '../testing/deaf-device-host.ts'
import { hubConditions } from './hub-conditions.ts'
import { hubSync } from './hub-sync.ts'
import { createMemoryScopeRegistry } from './memory-scope-registry.ts'
import { RecordsHub } from './records-hub.ts'
import { deafReplayer } from '../testing/deaf-replayer.ts'
import type { RecordSettings } from './record-settings.ts'

const unreachable = { type: 'unreachable', message: 'There is no server.' } as const
const transport: SyncTransport = {
  traffic: () => ({ requests: 0, bytesSent: 0, bytesReceived: 0 }),
  push: () => Promise.resolve(unreachable),
  pull: () => Promise.resolve(unreachable),
  renewToken: () => Promise.resolve({ type: 'renewed' }),
  follow: () => () => undefined,
}
const ann = { tenant: 'acme', user: 'ann', getToken: () => Promise.resolve('token') }

function setUp() {
  const [time, locks, disks] = [createManualTime(0), new FakeLocks(), new Map<string, RecordDisk>()]
  const registry = createMemoryScopeRegistry(() => 'id')
  const device = { time, locks, disks, transport, openings: 0, adoptions: 0, trouble: new Array<StoreError>() }
  const hub = (settings: RecordSettings = {}): RecordsHub =>
    new RecordsHub(
      {
        clock: time,
        scheduler: time,
        random: createSeededRandom(1),
        idRandom: createSeededRandom(2),
        schema: stockSchema,
        settings,
        app: 'stock',
        serverOrigin: 'wss://sync.example',
        isEnabledAtFirst: true,
        registry: {
          ...registry,
          open: (request) => {
            const trouble = device.trouble.shift()
            return trouble === undefined ? registry.open(request) : Promise.reject(trouble)
          },
          // Each takes longer than the one before, as disks do.
          adopt: async (...adoption) => {
            for (let turn = 0; turn < 200 * device.adoptions; turn++) await Promise.resolve()
            device.adoptions++
            await registry.adopt(...adoption)
          },
        },
        openDatabase: (name) => {
          device.openings++
          const disk = disks.get(name) ?? new RecordDisk()
          disks.set(name, disk)
          return createMemoryRecordDatabase({ disk })
        },
        openChannel: () => undefined,
        createTransport: () => device.transport,
        createReplayer: () => deafReplayer,
        locks,
        signals: alwaysOnline,
        pageLife: alwaysAwake,
        connectivity: new FakeConnectivity(),
        quietMoments: undefined,
        deviceHost: deafDeviceHost,
        yieldToHost: () => Promise.resolve(),
      },
      undefined,
    )
  return { device, hub }
}

test('[SP8] signing in twice at once is signing in once: nothing of it outlives the client', async () => {
  const { device, hub } = setUp()
  const client = hub()
  await rest()
  const sessions = await Promise.all([client.signIn(ann), client.signIn(ann)])
  await rest()
  const lock = `${sessions[0].databaseName}/drain`
  expect([new Set(sessions).size, device.openings, device.locks.countOf(lock)]).toEqual([1, 2, 1])
  await client.close()
  await rest()
  expect(device.locks.countOf(lock)).toBe(0)
})

test('[SP9] a database that cannot be opened is said, until it can', async () => {
  const { device, hub } = setUp()
  device.trouble.push(new StoreError('unavailable', 'IndexedDB is switched off'))
  const client = hub()
  const sync = hubSync(client)
  const seen: string[] = []
  sync.subscribe(() => seen.push(sync.state.status))
  expect(sync.state.status).toBe('syncing')
  await rest()
  expect(sync.state).toMatchObject({ status: 'error', lastError: { code: 'DEVICE', message: 'IndexedDB is switched off' } })
  expect(sync.state).toBe(sync.state)
  expect(seen).toEqual(['error'])
  await client.session()
  await rest()
  expect(sync.state).toMatchObject({ status: 'offline', lastError: { code: 'UNREACHABLE' } })
  await client.close()
})

test('[SG5] how often a change is tried again can be set while it fails', async () => {
  const { device, hub } = setUp()
  const server = new FakeRecordServer(stockSchema)
  server.interfere = () => ({ status: 'rejected', code: 'INTERNAL', message: 'a fault' })
  const answered = <Body>(body: Body) => Promise.resolve({ type: 'answered' as const, body, roundTripMs: 1 })
  device.transport = {
    ...transport,
    push: (body) => answered(server.push(body)),
    pull: ({ checkpoint }) => answered(server.pull(checkpoint)),
  }
  const client = hub()
  const { local, sync } = await client.session()
  const { settings } = hubSync(client)
  await settings.update({ maxRetryAttempts: 0 })
  await local.records['product']?.create({ name: 'Beet' })
  await rest()
  expect(sync.state).toMatchObject({ status: 'error', failed: 1, pending: 0, lastError: { code: 'FAILED' } })
  await settings.update({ maxRetryAttempts: 50 })
  await local.records['product']?.create({ name: 'Leek' })
  for (let minute = 0; minute < 200; minute++) {
    device.time.advance(60_000)
    await rest()
  }
  expect(sync.state).toMatchObject({ failed: 1, pending: 1 })
  await client.close()
})

test('[U9] what somebody set whose database this is no longer holds nothing back where the next one cannot be opened', async () => {
  const { device, hub } = setUp()
  const client = hub()
  const conditions = hubConditions(client, new FakeConnectivity())
  await conditions.ready
  await hubSync(client).settings.update({ enabled: false })
  expect(conditions.current().hold?.code).toBe('SWITCHED_OFF')
  const told: (string | undefined)[] = []
  conditions.subscribe(() => told.push(conditions.current().hold?.code))
  device.trouble.push(new StoreError('unavailable', 'IndexedDB is switched off'))
  await expect(client.signIn(ann)).rejects.toThrow('switched off')
  expect(told).toEqual([undefined])
  await client.close()
})

test('[U9] documents wait by the settings of whoever is signed in, once they are read; without a database by the defaults', async () => {
  const { device, hub } = setUp()
  const client = hub()
  const connectivity = new FakeConnectivity()
  const conditions = hubConditions(client, connectivity)
  await conditions.ready
  const told: (string | undefined)[] = []
  conditions.subscribe(() => told.push(conditions.current().hold?.code))
  const { settings } = hubSync(client)
  await settings.update({ enabled: false })
  // The database becomes another person's, and nothing is let go meanwhile.
  await client.signIn(ann)
  await rest()
  expect(told).toEqual(['SWITCHED_OFF'])
  await settings.update({ enabled: true })
  connectivity.become({ isCharging: false, batteryLevel: 5 })
  expect(told).toEqual(['SWITCHED_OFF', undefined, 'LOW_BATTERY'])
  await client.close()
  device.trouble.push(new StoreError('unavailable', 'IndexedDB is switched off'))
  const without = hub()
  const defaults = hubConditions(without, connectivity)
  await defaults.ready
  expect(defaults.current().hold?.code).toBe('LOW_BATTERY')
  await without.close()
})

test('[SP10] a row of the server that is damaged here is brought anew, and with it all that could not be shown', async () => {
  const { device, hub } = setUp()
  const server = new FakeRecordServer(stockSchema)
  const answered = <Body>(body: Body) => Promise.resolve({ type: 'answered' as const, body, roundTripMs: 1 })
  device.transport = {
    ...transport,
    push: (body) => answered(server.push(body)),
    pull: ({ checkpoint }) => answered(server.pull(checkpoint)),
  }
  const client = hub()
  const { local, sync, databaseName } = await client.session()
  const { product } = local.records
  const [beet, leek] = await Promise.all(['Beet', 'Leek'].map((name) => product?.create({ name })))
  await rest()
  const disk = createMemoryRecordDatabase({ disk: device.disks.get(databaseName) ?? new RecordDisk() })
  const damaged = { ...Object({ key: `product/${beet?.id}`, row: 7, terms: [] }) }
  await disk.transaction('write', async ({ confirmedA, confirmedB }) => {
    for (const table of [confirmedA, confirmedB]) if ((await table.count({})) > 0) await table.put(damaged)
  })
  await expect(product?.query()).rejects.toMatchObject({ code: 'corrupt' })
  await rest()
  expect(await product?.query({ orderBy: 'name' })).toMatchObject([{ id: beet?.id }, { id: leek?.id }])
  expect(sync.state).toMatchObject({ status: 'upToDate', pending: 0 })
  await client.close()
})

test('[PR5] an app that ships other rules finds its outbox in their order before anything else is looked through', async () => {
  const { hub } = setUp()
  const before = hub()
  await (await before.session()).sync.setEnabled(false)
  await (await before.session()).local.records['product']?.create({ name: 'Beet' })
  await before.close()
  const after = hub({ priorityRules: [{ name: 'all', points: 60 }] })
  const { local } = await after.session()
  await rest()
  expect(await local.outbox.list()).toMatchObject([{ score: 110 }])
  await after.close()
})

test('[OB12] an open session looks through its outbox once its page has shown what it shows first', async () => {
  const { device, hub } = setUp()
  const before = hub()
  const { local: made, sync, database } = await before.session()
  await sync.setEnabled(false)
  await made.records['product']?.create({ name: 'Beet' })
  await database.transaction('write', ({ outbox }) => outbox.put({ ...Object({ entryId: 1, recordKey: 'product/a' }) }))
  await before.close()
  const client = hub()
  const { local } = await client.session()
  await rest()
  device.time.advance(2_999)
  await rest()
  expect(await local.attention.list()).toEqual([])
  device.time.advance(1)
  await rest()
  expect(await local.attention.list()).toMatchObject([{ kind: 'unreadable', raw: { entryId: 1, recordKey: 'product/a' } }])
  await client.close()
})
