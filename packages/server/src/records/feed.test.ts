import type { RecordRow } from '@rejoin/core'
import { expect, test } from 'vitest'
import { createRecordsWorld, identityOf, ScriptedDevice, startMs, type RecordsWorld } from '../testing/records-world.ts'

const ann = identityOf('ann')
const beet = { name: 'Beet', priceCents: 1 }
const dayMs = 24 * 60 * 60 * 1000

/** Creates products, so many in each request. */
async function createProducts({ service }: RecordsWorld, device: ScriptedDevice, counts: readonly number[]): Promise<void> {
  for (const [batch, count] of counts.entries()) {
    const operations = Array.from({ length: count }, (_, index) =>
      device.create('product', `${device.id}-${batch}-${index}`, beet),
    )
    expect((await service.sync(ann, device.request(operations))).summary.success).toBe(true)
  }
}

async function pullAll(
  { service }: RecordsWorld,
  limit: number,
  from?: string,
): Promise<{ rows: RecordRow[]; checkpoint: string | undefined }> {
  const rows: RecordRow[] = []
  let checkpoint = from
  for (;;) {
    const page = await service.changes(ann, { checkpoint, limit })
    expect(page.resyncRequired).toBeUndefined()
    rows.push(...page.changes)
    checkpoint = page.checkpoint
    if (!page.hasMore) return { rows, checkpoint }
  }
}

test('[RP9] kill case 22: a bulk change is pulled in pages; a pull that is cut off goes on from a checkpoint that holds whole requests', async () => {
  const world = createRecordsWorld()
  await createProducts(world, new ScriptedDevice('bulk'), [500, 500, 3])
  const first = await world.service.changes(ann, { checkpoint: undefined, limit: 10 })
  expect(first.changes).toHaveLength(500)
  expect(new Set(first.changes.map(({ seq }) => seq))).toEqual(new Set([1]))
  const rest = await pullAll(world, 10, first.checkpoint)
  expect(rest.rows.map(({ seq }) => seq)).toEqual([...Array.from({ length: 500 }, () => 2), 3, 3, 3])
})

test('[RP9] requests that are judged together stay in order, also where the later one changes what the earlier one made', async () => {
  const world = createRecordsWorld()
  const [phone, desk] = [new ScriptedDevice('phone'), new ScriptedDevice('desk')]
  const answers = await Promise.all([
    world.service.sync(ann, phone.request(['a', 'b', 'c'].map((id) => phone.create('product', id, beet)))),
    world.service.sync(ann, desk.request([desk.update('product', 'a', { priceCents: 2 }, { baseVersion: 1 })])),
  ])
  expect(world.memory.commitCount()).toBe(1)
  for (const { changes } of [...answers, await world.service.changes(ann, { checkpoint: undefined, limit: 9 })])
    expect(changes.map(({ recordId, seq }) => `${recordId}@${seq}`)).toEqual(['b@1', 'c@1', 'a@2'])
})

test('[RP9] a device that is far behind, and pushes while others wait, goes on by pulling', async () => {
  const world = createRecordsWorld()
  const bulk = new ScriptedDevice('bulk')
  await createProducts(
    world,
    bulk,
    Array.from({ length: 9 }, () => 500),
  )
  const [phone, desk, third] = ['phone', 'desk', 'third'].map((id) => new ScriptedDevice(id))
  if (!phone || !desk || !third) throw new Error('three devices')
  const behind = (await world.service.changes(ann, { checkpoint: undefined, limit: 1 })).checkpoint ?? ''
  const push = (device: ScriptedDevice, more = {}) =>
    world.service.sync(ann, device.request([device.create('product', device.id, beet)], more))
  const alone = await push(phone, { checkpoint: behind })
  expect([alone.changes.length, alone.hasMore]).toEqual([500, true])
  world.memory.holdCommits()
  const first = push(desk, { checkpoint: behind })
  await new Promise((resolve) => setImmediate(resolve))
  const second = push(third)
  world.memory.releaseCommits()
  const pressed = await first
  expect(pressed).toMatchObject({ results: [{ status: 'applied' }], changes: [], hasMore: true })
  await second
  const { rows } = await pullAll(world, 1_000, pressed.checkpoint)
  expect(rows).toHaveLength(8 * 500 + 3)
})

test('[RP9] kill case 23: a row that changes between two pages is seen, as it is then', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  await createProducts(world, phone, [1, 1, 1])
  const first = await world.service.changes(ann, { checkpoint: undefined, limit: 2 })
  for (const id of ['phone-0-0', 'phone-2-0'])
    await world.service.sync(ann, phone.request([phone.update('product', id, { priceCents: 9 }, { baseVersion: 1 })]))
  const { rows } = await pullAll(world, 2, first.checkpoint)
  const seen = [...first.changes, ...rows].map(({ recordId, version }) => `${recordId} v${version}`)
  expect(seen).toEqual(['phone-0-0 v1', 'phone-1-0 v1', 'phone-0-0 v2', 'phone-2-0 v2'])
})

test('[RP1] kill case 24: the answer to a push does not move the checkpoint past what others changed', async () => {
  const world = createRecordsWorld()
  const [phone, desk] = [new ScriptedDevice('phone'), new ScriptedDevice('desk')]
  await createProducts(world, phone, [1])
  const { checkpoint } = await pullAll(world, 100)
  await createProducts(world, desk, [150, 2])
  const pushed = await world.service.sync(
    ann,
    phone.request([phone.create('product', 'mine', beet)], checkpoint ? { checkpoint } : {}),
  )
  expect(pushed.results).toMatchObject([{ status: 'applied', seq: 4 }])
  expect(pushed.changes).toHaveLength(150)
  expect(pushed.hasMore).toBe(true)
  const { rows } = await pullAll(world, 100, pushed.checkpoint)
  expect(rows.map(({ recordId }) => recordId).toSorted()).toEqual(['desk-1-0', 'desk-1-1', 'mine'])
})

test('[RP10] kill case 26: after a restore from a backup, a device that is ahead is told to start over; what it still has is taken', async () => {
  const lived = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  await createProducts(lived, phone, [1])
  const lost = phone.create('product', 'lost', beet)
  await lived.service.sync(ann, phone.request([lost]))
  const { checkpoint } = await pullAll(lived, 100)
  // The same life of the database, as it was after the first request.
  const { checkpointKey } = lived.store
  const restored = createRecordsWorld()
  const backup = createRecordsWorld({ store: { ...restored.memory, checkpointKey } })
  await createProducts(backup, new ScriptedDevice('old'), [1])
  const again = await backup.service.sync(ann, phone.request([lost], checkpoint ? { checkpoint } : {}))
  // Its own push brings the head to where the device stands; that must not hide what the backup lost.
  expect(again).toMatchObject({ results: [{ status: 'applied', seq: 2 }], changes: [], resyncRequired: 'ahead' })
  const emptyBackup = createRecordsWorld({ store: { ...createRecordsWorld().memory, checkpointKey } })
  const pulled = await emptyBackup.service.changes(ann, { checkpoint, limit: 10 })
  expect(pulled).toEqual({ changes: [], hasMore: false, serverTime: expect.any(String), resyncRequired: 'ahead' })
})

test('[RP10] kill case 26: another life of the database is another epoch', async () => {
  const [one, other] = [createRecordsWorld(), createRecordsWorld({ store: { ...createRecordsWorld().memory, epoch: 'epoch-2' } })]
  await createProducts(one, new ScriptedDevice('phone'), [1])
  const { checkpoint } = await pullAll(one, 100)
  expect(await other.service.changes(ann, { checkpoint, limit: 10 })).toMatchObject({ changes: [], resyncRequired: 'otherEpoch' })
})

test('[RP10] kill case 27: who was away longer than tombstones are kept starts over; an edit of a purged row is not taken', async () => {
  const world = createRecordsWorld()
  const [phone, desk] = [new ScriptedDevice('phone'), new ScriptedDevice('desk')]
  await createProducts(world, phone, [1, 1])
  const { checkpoint } = await pullAll(world, 100)
  await world.service.sync(ann, desk.request([desk.delete('product', 'phone-0-0', { baseVersion: 1 })]))
  const edit = phone.update('product', 'phone-0-0', { priceCents: 5 }, { baseVersion: 1 })
  world.time.advance(91 * dayMs)
  await world.store.prune({ tombstones: world.time.now() - 90 * dayMs, verdicts: 0 })
  // A fresh process: nothing is remembered of what was purged.
  const restarted = createRecordsWorld({ store: world.store, time: world.time })
  const back = await restarted.service.sync(ann, phone.request([edit], checkpoint ? { checkpoint } : {}))
  expect(back).toMatchObject({ changes: [], hasMore: false, resyncRequired: 'tooOld' })
  expect(back.checkpoint).toBeUndefined()
  expect(back.results).toMatchObject([{ status: 'rejected', code: 'NOT_FOUND' }])
  const { rows } = await pullAll(restarted, 100)
  expect(rows.map(({ recordId }) => recordId)).toEqual(['phone-1-0'])
})

test('[RP10] kill case 28: where a permission was taken away the device starts over without the rows; its operations are refused, and nothing leaks', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  await world.service.sync(
    ann,
    phone.request([phone.create('product', 'p1', beet), phone.create('recipe', 'r1', { title: 'Soup' })]),
  )
  const { checkpoint } = await pullAll(world, 100)
  const limited = identityOf('ann', { entities: [{ entity: 'product', access: 'write' }] })
  const pending = phone.update('recipe', 'r1', { title: 'Stew' }, { baseVersion: 1 })
  const answer = await world.service.sync(limited, phone.request([pending], checkpoint ? { checkpoint } : {}))
  expect(answer.resyncRequired).toBe('otherScope')
  expect(answer.results).toEqual([
    { operationId: pending.operationId, status: 'rejected', code: 'FORBIDDEN', message: 'records of recipe may not be changed' },
  ])
  const fresh = await world.service.changes(limited, { checkpoint: undefined, limit: 10 })
  expect(fresh.changes.map(({ recordId }) => recordId)).toEqual(['p1'])
})

test('[RP10] kill case 29: where a permission was given the device starts over, and gets the old rows', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  await world.service.sync(ann, phone.request([phone.create('recipe', 'r1', { title: 'Soup' })]))
  const limited = identityOf('ann', { entities: [{ entity: 'product', access: 'write' }] })
  const { checkpoint } = await world.service.changes(limited, { checkpoint: undefined, limit: 10 })
  expect(await world.service.changes(ann, { checkpoint, limit: 10 })).toMatchObject({ resyncRequired: 'otherScope' })
  expect((await pullAll(world, 10)).rows.map(({ recordId }) => recordId)).toEqual(['r1'])
})

test('[RP10] a right to write that comes or goes lets nobody start over', async () => {
  const world = createRecordsWorld()
  const reader = identityOf('ann', { entities: [{ entity: 'product', access: 'read' }] })
  const writer = identityOf('ann', { entities: [{ entity: 'product', access: 'write' }] })
  const { checkpoint } = await world.service.changes(reader, { checkpoint: undefined, limit: 10 })
  expect((await world.service.changes(writer, { checkpoint, limit: 10 })).resyncRequired).toBeUndefined()
})

test.each(['', 'x', 'a.b.c.d', '.'.repeat(1024), 'epoch-1.5.aaaaaaaaaaaaaaaaaaaaaa.' + 'a'.repeat(43)])(
  '[RP10] a checkpoint that is none of ours is unreadable: %j',
  async (checkpoint) => {
    const world = createRecordsWorld()
    expect(await world.service.changes(ann, { checkpoint, limit: 10 })).toMatchObject({
      changes: [],
      resyncRequired: 'unreadable',
    })
  },
)

test('[RP10] a checkpoint with one changed character, or in another tenant, is unreadable', async () => {
  const world = createRecordsWorld()
  await createProducts(world, new ScriptedDevice('phone'), [1])
  const { checkpoint = '' } = await pullAll(world, 10)
  const other = identityOf('ann', { tenant: 'other' })
  expect((await world.service.changes(other, { checkpoint, limit: 10 })).resyncRequired).toBe('unreadable')
  for (let index = 'epoch-1'.length; index < checkpoint.length; index++) {
    const changed = `${checkpoint.slice(0, index)}${checkpoint[index] === '1' ? '2' : '1'}${checkpoint.slice(index + 1)}`
    expect((await world.service.changes(ann, { checkpoint: changed, limit: 10 })).resyncRequired).toBe('unreadable')
  }
})

test('[RP9] a page of nothing that may be seen goes on all the same', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  for (let index = 0; index < 3; index++)
    await world.service.sync(ann, phone.request([phone.create('recipe', `r${index}`, { title: 'Soup' })]))
  await world.service.sync(ann, phone.request([phone.create('product', 'p1', beet)]))
  const limited = identityOf('ann', { entities: [{ entity: 'product', access: 'read' }] })
  const first = await world.service.changes(limited, { checkpoint: undefined, limit: 2 })
  expect(first).toMatchObject({ changes: [], hasMore: true })
  const second = await world.service.changes(limited, { checkpoint: first.checkpoint, limit: 2 })
  expect(second).toMatchObject({ changes: [{ recordId: 'p1' }], hasMore: false })
})

test('[RP16] kill case 25: hints join one to the next, so that a lost one shows as a gap', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  await createProducts(world, phone, [1])
  const hints: unknown[] = []
  const stop = await world.service.follow(ann, (hint) => hints.push(hint))
  await createProducts(world, new ScriptedDevice('desk'), [2, 2])
  await world.service.sync(ann, phone.request([phone.update('product', 'nowhere', { name: 'x' })]))
  await world.service.sync(identityOf('ann', { tenant: 'other' }), new ScriptedDevice('phone', 'other').request([]))
  stop()
  await createProducts(world, new ScriptedDevice('third'), [1])
  const epoch = 'epoch-1'
  expect(hints).toEqual([
    { from: 1, to: 1, head: 1, epoch },
    { from: 1, to: 2, head: 2, epoch },
    { from: 2, to: 3, head: 3, epoch },
  ])
})

test('[RP16] requests that are committed together are one hint; a listener that throws costs nobody else anything', async () => {
  const world = createRecordsWorld()
  const hints: unknown[] = []
  await world.service.follow(ann, ({ from }) => {
    if (from > 0 || hints.length > 0) throw new Error('gone')
  })
  await world.service.follow(ann, ({ from, to }) => hints.push([from, to]))
  await Promise.all(
    ['a', 'b', 'c'].map((id) => {
      const device = new ScriptedDevice(id)
      return world.service.sync(ann, device.request([device.create('product', id, beet)]))
    }),
  )
  expect(hints).toEqual([
    [0, 0],
    [0, 3],
  ])
  expect(world.problems).toHaveLength(1)
})

test('[RP17] one entity is listed from the start, from a checkpoint or from a time; the checkpoint of a list goes on in it', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  await world.service.sync(
    ann,
    phone.request([phone.create('product', 'p1', beet), phone.create('recipe', 'r1', { title: 'Soup' })]),
  )
  world.time.advance(1_000)
  await world.service.sync(ann, phone.request([phone.create('product', 'p2', beet)]))
  world.time.advance(1_000)
  await world.service.sync(ann, phone.request([phone.create('product', 'p3', beet)]))
  const list = (since: string | undefined, limit = 10) => world.service.list(ann, { entityType: 'product', since, limit })
  const ids = async (since: string | undefined): Promise<readonly string[]> => (await list(since)).records.map(({ id }) => id)
  expect(await ids(undefined)).toEqual(['p1', 'p2', 'p3'])
  expect(await ids(new Date(startMs).toISOString())).toEqual(['p2', 'p3'])
  expect(await ids('2026-11-21T13:00:01+01:00')).toEqual(['p3'])
  const first = await list(new Date(startMs).toISOString(), 1)
  expect(first).toMatchObject({ records: [{ id: 'p2' }], hasMore: true })
  expect(await ids(first.checkpoint)).toEqual(['p3'])
  expect(await list('yesterday')).toMatchObject({ records: [], resyncRequired: 'unreadable' })
  await expect(world.service.list(ann, { entityType: 'pudding', since: undefined, limit: 1 })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  const limited = identityOf('ann', { entities: [] })
  await expect(world.service.list(limited, { entityType: 'product', since: undefined, limit: 1 })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  })
})

test('[RP17] the checkpoint of one list goes on in no other and in no feed, which would miss the rest; that of the feed goes on in a list', async () => {
  const { service } = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  await service.sync(ann, phone.request([phone.create('recipe', 'r1', { title: 'Soup' }), phone.create('product', 'p1', beet)]))
  const list = (entityType: string, since: string | undefined) => service.list(ann, { entityType, since, limit: 9 })
  const { checkpoint } = await list('product', undefined)
  expect(await list('recipe', checkpoint)).toMatchObject({ records: [], resyncRequired: 'otherScope' })
  expect(await service.changes(ann, { checkpoint, limit: 9 })).toMatchObject({ changes: [], resyncRequired: 'otherScope' })
  expect((await list('product', checkpoint)).resyncRequired).toBeUndefined()
  const ofFeed = (await service.changes(ann, { checkpoint: undefined, limit: 9 })).checkpoint
  await service.sync(ann, phone.request([phone.create('recipe', 'r2', { title: 'Stew' })]))
  expect(await list('recipe', ofFeed)).toMatchObject({ records: [{ id: 'r2' }], hasMore: false })
})

test('[RP17] a record is got by its key, a deleted one too; the server’s id of it is its own in each tenant', async () => {
  const world = createRecordsWorld()
  const phone = new ScriptedDevice('phone')
  await world.service.sync(ann, phone.request([phone.create('product', 'p1', beet)]))
  const got = await world.service.get(ann, { entityType: 'product', recordId: 'p1' })
  expect(got).toMatchObject({ id: 'p1', recordId: 'p1', serverId: expect.stringMatching(/^[\w-]{22}$/), isDeleted: false })
  await world.service.sync(ann, phone.request([phone.delete('product', 'p1', { baseVersion: 1 })]))
  const deleted = await world.service.get(ann, { entityType: 'product', recordId: 'p1' })
  expect(deleted).toMatchObject({ serverId: got?.serverId, isDeleted: true, fields: beet })
  const other = identityOf('ann', { tenant: 'other' })
  for (const [identity, key] of [
    [ann, { entityType: 'product', recordId: 'p2' }],
    [ann, { entityType: 'pudding', recordId: 'p1' }],
    [other, { entityType: 'product', recordId: 'p1' }],
    [identityOf('ann', { entities: [] }), { entityType: 'product', recordId: 'p1' }],
  ] as const)
    expect(await world.service.get(identity, key)).toBeUndefined()
})

test('[RP17] operations of one entity are applied like any; those of another are refused', async () => {
  const world = createRecordsWorld()
  const [phone, desk] = [new ScriptedDevice('phone'), new ScriptedDevice('desk')]
  const results = await world.service.apply(ann, 'product', [
    phone.create('product', 'p1', beet),
    desk.create('product', 'p2', beet),
    phone.create('recipe', 'r1', { title: 'Soup' }),
  ])
  expect(results.map(({ code, status, serverState }) => [code ?? status, serverState?.recordId])).toEqual([
    ['applied', 'p1'],
    ['applied', 'p2'],
    ['VALIDATION_ERROR', undefined],
  ])
})
