import { defineSchema, entity, lastWriteWins, type JsonObject } from '@rejoin/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { RecordDisk } from '../record-database/memory-record-database.ts'
import { openTestRecords, stockSchema } from '../testing/test-records.ts'

const coupon = entity({ fields: z.object({ code: z.string() }), policy: lastWriteWins() })
const entities = { ...stockSchema.entities, coupon }

/** Release N+3: prices are counted in cents by another name, and nobody may be called "Nothing". */
const later = defineSchema({
  version: 4,
  entities,
  migrations: {
    4: (change) => {
      if (change.payload['name'] === 'Nothing') throw new Error('this name is refused')
      const { priceCents, ...payload }: JsonObject = change.payload
      return { ...change, payload: { ...payload, ...(priceCents !== undefined && { priceCents: Number(priceCents) + 1 }) } }
    },
  },
})

test('[OB11] kill case 47: queued by release N, sent by N+3: migrated when sent, and as it was where it had been sent', async () => {
  const disk = new RecordDisk()
  const old = openTestRecords({ disk })
  await old.records.product.create({ name: 'Sent', priceCents: 10 })
  await old.takeBatch()
  await old.records.product.create({ name: 'Queued', priceCents: 10 })
  const device = openTestRecords({ schema: later, disk, seed: 2 })
  expect((await device.records.product.query({ orderBy: 'name' })).map(({ priceCents }) => priceCents)).toEqual([11, 10])
  expect((await device.takeBatch()).operations).toMatchObject([
    { schemaVersion: 1, payload: { name: 'Sent', priceCents: 10 } },
    { schemaVersion: 4, payload: { name: 'Queued', priceCents: 11 } },
  ])
})

test('[OB11] kill case 47: a rollback parks what is newer, byte for byte, and the next release sends it', async () => {
  const disk = new RecordDisk()
  const device = openTestRecords({ schema: later, disk })
  await device.records.coupon.create({ code: 'X' })
  await device.records.product.create({ name: 'New', priceCents: 10 })
  const rolledBack = openTestRecords({ disk, seed: 2 })
  await rolledBack.records.product.create({ name: 'Old' })
  const before = await rolledBack.outbox.list()
  await rolledBack.check()
  await rolledBack.drain()
  expect(rolledBack.server.judged).toMatchObject([{ payload: { name: 'Old' } }])
  expect(await rolledBack.attention.list()).toMatchObject([{ kind: 'blocked' }, { kind: 'blocked' }])
  expect(await rolledBack.outbox.list()).toEqual(
    before.slice(0, 2).map((entry) => ({ ...entry, state: 'parked', parkedFor: 'newerSchema' })),
  )
  expect(await rolledBack.syncStore.counts(0)).toMatchObject({ pending: 0, failed: 2, sendable: 0 })
  const again = openTestRecords({ schema: later, disk, seed: 3 })
  await again.check()
  expect(await again.attention.list()).toEqual([])
  await again.drain()
  expect(again.server.judged.map(({ payload }) => payload)).toEqual([{ code: 'X' }, { name: 'New', priceCents: 10 }])
})

test('[OB11] an unknown entity, and a change that cannot be migrated, are parked and shown', async () => {
  const disk = new RecordDisk()
  const first = defineSchema({ version: 1, entities })
  const device = openTestRecords({ schema: first, disk })
  await device.records.coupon.create({ code: 'X' })
  await device.records.product.create({ name: 'Nothing' })
  const without = openTestRecords({ disk, seed: 2 })
  await without.drain()
  expect(await without.attention.list()).toMatchObject([{ kind: 'blocked', title: 'Create coupon' }])
  const failing = openTestRecords({ schema: later, disk, server: device.server, seed: 3 })
  expect(without.server.judged).toMatchObject([{ payload: { name: 'Nothing' } }])
  const other = new RecordDisk()
  await openTestRecords({ schema: first, disk: other }).records.product.create({ name: 'Nothing' })
  const refused = openTestRecords({ schema: later, disk: other, seed: 4 })
  await refused.drain()
  expect(await refused.attention.list()).toMatchObject([{ kind: 'blocked', title: 'Create product Nothing' }])
  await failing.check()
  expect(await failing.attention.list()).toEqual([])
})

test('[OB5] where one of a group cannot be sent, the group stays', async () => {
  const disk = new RecordDisk()
  const device = openTestRecords({ schema: defineSchema({ version: 1, entities }), disk })
  await Promise.all([
    device.records.coupon.create({ code: 'X' }, { groupId: 'g' }),
    device.records.product.create({ name: 'Beet' }, { groupId: 'g' }),
  ])
  const without = openTestRecords({ disk, seed: 2 })
  expect(await without.drain()).toBe(0)
  expect(await without.syncStore.counts(0)).toMatchObject({ pending: 1, failed: 1, sendable: 0 })
})
