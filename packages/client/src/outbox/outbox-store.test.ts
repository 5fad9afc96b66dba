import { describe, expect, test } from 'vitest'
import { FenceLostError } from '../sync/sync-store.ts'
import { openTestRecords } from '../testing/test-records.ts'

const zeroCounts = { pending: 0, inFlight: 0, failed: 0, attention: 0, nextRetryAt: undefined, sendable: 0 }

describe('batches', () => {
  test('[ST5] a batch is marked as sent before it is handed out, and is the same again until there is a verdict', async () => {
    const { records, syncStore, takeBatch, time, outbox } = openTestRecords()
    const { id } = await records.product.create({ name: 'Beet' })
    expect(await syncStore.counts(time.now())).toEqual({ ...zeroCounts, pending: 1, sendable: 1 })
    const batch = await takeBatch()
    expect(batch).toEqual({
      deviceId: batch.deviceId,
      ackedThrough: 0,
      checkpoint: undefined,
      operations: [
        {
          operationId: batch.operations[0]?.operationId,
          deviceId: batch.deviceId,
          deviceSeq: 1,
          entityType: 'product',
          operationType: 'create',
          recordId: id,
          payload: { name: 'Beet', priceCents: 0 },
          baseVersion: null,
          clientUpdatedAt: '2026-11-21T12:00:00.000Z',
          tenantId: 'acme',
          schemaVersion: 1,
          priority: 'NORMAL',
        },
      ],
      hasMore: false,
    })
    expect(await outbox.list()).toMatchObject([{ state: 'sent', firstSentAt: time.now() }])
    await records.product.update(id, { name: 'Leek' })
    await records.product.create({ name: 'Kale' })
    const again = await takeBatch()
    expect(again.operations.map(({ payload }) => payload)).toEqual([
      { name: 'Beet', priceCents: 0 },
      { name: 'Kale', priceCents: 0 },
    ])
    expect(again.operations[0]).toEqual(batch.operations[0])
    expect(await syncStore.counts(time.now())).toEqual({ ...zeroCounts, pending: 3, inFlight: 2, sendable: 2 })
  })

  test('[ST5] what is more urgent goes first, and what has to wait is no work that can be done', async () => {
    const { records, takeBatch, syncStore, time } = openTestRecords({
      rules: [
        { name: 'large', entity: 'stockMovement', when: { field: 'quantity', operator: 'greaterThan', value: 100 }, points: 40 },
      ],
    })
    await records.product.create({ name: 'Low' }, { priority: 'LOW' })
    await records.product.create({ name: 'Normal' })
    const lifted = await records.product.create({ name: 'Lifted' }, { priority: 'LOW' })
    await records.stockMovement.create({ productId: lifted.id, quantity: 1_000 })
    expect(await syncStore.counts(time.now())).toEqual({ ...zeroCounts, pending: 4, sendable: 3 })
    expect((await takeBatch({ operationsMax: 1 })).operations).toMatchObject([{ payload: { name: 'Lifted' } }])
  })

  test('[ST6] ackedThrough is the number before the oldest that is unsettled; one that coalesced away has none', async () => {
    const { records, takeBatch, drain, server } = openTestRecords()
    const gone = await records.product.create({ name: 'Gone' })
    await records.product.delete(gone.id)
    await records.product.create({ name: 'Beet' })
    server.interfere = ({ deviceSeq }) => (deviceSeq === 3 ? { status: 'rejected', code: 'INTERNAL' } : undefined)
    await drain()
    await records.product.create({ name: 'Leek' })
    await records.product.create({ name: 'Kale' })
    expect(await takeBatch()).toMatchObject({ ackedThrough: 2, operations: [{ deviceSeq: 3 }, { deviceSeq: 4 }] })
    await drain()
    expect(await takeBatch()).toMatchObject({ ackedThrough: 2, operations: [] })
  })

  test('[OB5] a group is sent whole or not at all, and says so in its counts', async () => {
    const { records, takeBatch, syncStore, time, drain } = openTestRecords()
    const waiting = await records.product.create({ name: 'Earlier' })
    const [product] = await Promise.all([
      records.product.create({ name: 'Beet' }, { groupId: 'g', id: 'beet' }),
      records.stockMovement.create({ productId: 'beet', quantity: 1 }, { groupId: 'g' }),
      records.stockMovement.create({ productId: waiting.id, quantity: 1 }, { groupId: 'g' }),
    ])
    expect(await syncStore.counts(time.now())).toMatchObject({ pending: 4, sendable: 1 })
    expect((await takeBatch()).operations).toMatchObject([{ recordId: waiting.id }])
    expect(await drain()).toBe(2)
    expect(await records.stockMovement.query({ where: { productId: product.id } })).toMatchObject([
      { meta: { isPending: false } },
    ])
  })

  test.each(['later', 'in one turn'])('[OB5] a group that would wait for itself is refused at the call: %s', async (when) => {
    const { records, drain, outbox } = openTestRecords()
    const { id } = await records.product.create({ name: 'Beet' })
    await drain()
    const first = records.product.update(id, { priceCents: 1 }, { groupId: 'g' })
    if (when === 'later') await first
    const between = records.product.update(id, { priceCents: 2 })
    if (when === 'later') await between
    await expect(records.product.update(id, { priceCents: 3 }, { groupId: 'g' })).rejects.toMatchObject({
      name: 'RecordValidationError',
      problems: [{ field: 'groupId' }],
    })
    await Promise.all([first, between])
    expect(await drain()).toBe(2)
    expect(await outbox.list()).toEqual([])
    expect(await records.product.get(id)).toMatchObject({ priceCents: 2, meta: { isPending: false } })
  })

  test('[OB5] a group that is used again is taken where it can be sent', async () => {
    const { records, drain, takeBatch, outbox } = openTestRecords()
    const { id } = await records.product.create({ name: 'Beet' }, { groupId: 'g' })
    const other = await records.product.create({ name: 'Leek' })
    await records.product.update(other.id, { priceCents: 1 }, { groupId: 'g' })
    await records.product.update(id, { priceCents: 1 }, { groupId: 'g' })
    await records.stockMovement.create({ productId: other.id, quantity: 1 }, { groupId: 'g' })
    expect(await drain()).toBe(2)
    expect(await outbox.list()).toEqual([])
    // What was sent is no part of it any more.
    await records.product.update(id, { priceCents: 2 }, { groupId: 'g' })
    expect((await takeBatch()).operations).toHaveLength(1)
    await records.product.update(id, { priceCents: 3 })
    await records.product.update(id, { priceCents: 4 }, { groupId: 'g' })
    expect(await drain()).toBe(3)
    expect(await records.product.get(id)).toMatchObject({ priceCents: 4, meta: { isPending: false } })
  })

  test('[OB5] a group waits for itself through other records, too', async () => {
    const { records, drain, outbox } = openTestRecords()
    const { id } = await records.product.create({ name: 'Beet' }, { groupId: 'g' })
    await records.product.update(id, { priceCents: 1 })
    await expect(records.stockMovement.create({ productId: id, quantity: 1 }, { groupId: 'g' })).rejects.toMatchObject({
      problems: [{ field: 'groupId' }],
    })
    const another = await records.product.create({ name: 'Leek' }, { groupId: 'h' })
    await expect(records.product.update(another.id, { priceCents: 1 }, { groupId: 'g' })).rejects.toMatchObject({
      problems: [{ field: 'groupId' }],
    })
    await drain()
    expect(await outbox.list()).toEqual([])
  })

  test('[OB8] what can never be sent goes to a person, and its lane is parked', async () => {
    const { records, takeBatch, attention, syncStore, time } = openTestRecords()
    await records.product.create({ name: 'x'.repeat(5_000) })
    await records.product.create({ name: 'Beet' })
    expect((await takeBatch({ requestBytesMax: 6_000 })).operations).toMatchObject([{ payload: { name: 'Beet' } }])
    expect(await attention.list()).toMatchObject([{ kind: 'failed', code: 'TOO_LARGE' }])
    expect(await syncStore.counts(time.now())).toMatchObject({ pending: 1, failed: 1, attention: 1 })
  })
})

describe('settling', () => {
  test('[ST7] a row and its entry change in one transaction; what was done later builds on the version that was made', async () => {
    const { records, drain, takeBatch, syncStore, server, time } = openTestRecords()
    const { id } = await records.recipe.create({ title: 'Borscht', body: 'one' })
    const fence = await syncStore.takeFence()
    const batch = await syncStore.takeBatch(fence, {
      now: time.now(),
      limits: { operationsMax: 500, requestBytesMax: 500_000 },
      tenantId: 'acme',
    })
    await records.recipe.update(id, { body: 'two' })
    expect(await syncStore.settle(fence, batch, server.push(batch), time.now())).toEqual({
      settled: 1,
      raised: 0,
      conflicts: 0,
      attempts: [],
      isForked: false,
      isApplied: true,
    })
    expect(await records.recipe.get(id)).toMatchObject({ body: 'two', meta: { version: 1, isPending: true } })
    expect((await takeBatch()).operations).toMatchObject([{ payload: { body: 'two' }, baseVersion: 1 }])
    await drain()
    expect(await records.recipe.get(id)).toMatchObject({ body: 'two', meta: { version: 2, isPending: false } })
  })

  test('[ST7] a late page cannot undo what a later answer brought', async () => {
    const { records, drain, syncStore, server, time } = openTestRecords()
    const { id } = await records.product.create({ name: 'Beet' })
    await drain()
    const late = server.pull(undefined)
    await records.product.update(id, { name: 'Leek' })
    await drain()
    const fence = await syncStore.takeFence()
    expect(await syncStore.applyChanges(fence, await syncStore.checkpoint(), late, time.now())).toBe(true)
    expect(await records.product.get(id)).toMatchObject({ name: 'Leek', meta: { version: 2 } })
  })

  test('[ST8] rows and checkpoint are taken together, and only where they follow what is here', async () => {
    const { records, drain, syncStore, server, time } = openTestRecords()
    server.change({ entityType: 'product', recordId: 'p1', operationType: 'create', payload: { name: 'Beet' } })
    const [fence, page] = [await syncStore.takeFence(), server.pull(undefined)]
    expect(await syncStore.applyChanges(fence, 'elsewhere', page, time.now())).toBe(false)
    expect([await records.product.query(), await syncStore.checkpoint()]).toEqual([[], undefined])
    expect(await syncStore.applyChanges(fence, undefined, page, time.now())).toBe(true)
    expect([(await records.product.query()).length, await syncStore.checkpoint()]).toEqual([1, '1'])
    const { checkpoint: _none, ...cut } = page
    expect(await syncStore.applyChanges(fence, '1', { ...cut, resyncRequired: 'otherEpoch' }, time.now())).toBe(false)
    await drain()
  })

  test('[ST9] whoever was replaced changes nothing any more', async () => {
    const { records, takeBatch, syncStore, server, time, outbox } = openTestRecords()
    await records.product.create({ name: 'Beet' })
    const batch = await takeBatch()
    const replaced = await syncStore.takeFence()
    const current = await syncStore.takeFence()
    const response = server.push(batch)
    await expect(syncStore.settle(replaced, batch, response, time.now())).rejects.toBeInstanceOf(FenceLostError)
    await expect(syncStore.applyChanges(replaced, undefined, response, time.now())).rejects.toBeInstanceOf(FenceLostError)
    await expect(syncStore.beginResync(replaced)).rejects.toBeInstanceOf(FenceLostError)
    expect(await outbox.list()).toHaveLength(1)
    expect(await syncStore.settle(current, batch, response, time.now())).toMatchObject({ settled: 1 })
  })

  test('[ST10] an INTERNAL answer counts an attempt and waits; used up, it is shown and its lane stands still, until it is revived', async () => {
    const { records, drain, attention, syncStore, time, server } = openTestRecords({
      retries: { type: 'schedule', delaysMs: [60_000] },
    })
    const { id } = await records.recipe.create({ title: 'Borscht', body: '' })
    server.interfere = () => ({ status: 'rejected', code: 'INTERNAL', message: 'The handler threw.' })
    await drain()
    const { nextRetryAt = 0 } = await syncStore.counts(time.now())
    expect(await syncStore.counts(time.now())).toEqual({ ...zeroCounts, pending: 1, inFlight: 1, nextRetryAt })
    expect(nextRetryAt - time.now()).toBeLessThan(60_000)
    await records.recipe.update(id, { body: 'later' })
    time.advance(60_000)
    await drain()
    expect(await attention.list()).toMatchObject([
      { kind: 'failed', title: 'Create recipe Borscht', code: 'INTERNAL', message: 'The handler threw.', isDismissed: false },
    ])
    expect(await syncStore.counts(time.now())).toEqual({ ...zeroCounts, pending: 1, failed: 1, attention: 1 })
    server.interfere = () => undefined
    await syncStore.reviveFailed(await syncStore.takeFence())
    expect(await attention.list()).toEqual([])
    await drain()
    expect(server.row(`recipe/${id}`)).toMatchObject({ version: 2, fields: { body: 'later' } })
  })

  test('[ST10] RATE_LIMITED waits without counting', async () => {
    const { records, drain, outbox, syncStore, time, server } = openTestRecords({ maxRetries: 0 })
    await records.product.create({ name: 'Beet' })
    server.interfere = () => ({ status: 'rejected', code: 'RATE_LIMITED' })
    await drain()
    expect(await outbox.list()).toMatchObject([{ state: 'sent', attempts: 0 }])
    expect((await syncStore.counts(time.now())).nextRetryAt).toBeGreaterThan(time.now())
    server.interfere = () => undefined
    time.advance(5_000)
    expect(await drain()).toBe(1)
  })

  test.each([
    ['the server has another operation of that number', { status: 'rejected', code: 'DEVICE_FORKED' }],
    ['the server has forgotten what a copy of this device did under that number', { status: 'duplicate' }],
  ] as const)(
    '[ST11] a device that was copied gets a new id, and all that is unsettled is numbered anew: %s',
    async (_, fork) => {
      const { records, drain, syncStore, takeBatch, server, time } = openTestRecords()
      await records.product.create({ name: 'Before' })
      await drain()
      for (const name of ['Beet', 'Leek', 'Kale']) await records.product.create({ name })
      const batch = await takeBatch({ operationsMax: 2 })
      server.interfere = ({ payload }) => (payload['name'] === 'Beet' ? fork : undefined)
      const fence = await syncStore.takeFence()
      expect(await syncStore.settle(fence, batch, server.push(batch), time.now())).toEqual({
        settled: 1,
        raised: 0,
        conflicts: 0,
        attempts: [],
        isForked: true,
        isApplied: true,
      })
      const renumbered = await syncStore.takeBatch(fence, {
        now: time.now(),
        limits: { operationsMax: 5, requestBytesMax: 500_000 },
        tenantId: 'acme',
      })
      expect(renumbered.deviceId).not.toBe(batch.deviceId)
      const [{ deviceId: _old, deviceSeq: _number, ...beet } = { deviceId: '', deviceSeq: 0 }] = batch.operations
      expect(renumbered).toMatchObject({
        ackedThrough: 0,
        operations: [
          { ...beet, deviceSeq: 1 },
          { deviceSeq: 2, payload: { name: 'Kale' } },
        ],
      })
      expect(renumbered.operations.every(({ deviceId }) => deviceId === renumbered.deviceId)).toBe(true)
    },
  )

  test('[ST12] an answer that fits nothing in the outbox changes nothing there', async () => {
    const { records, takeBatch, syncStore, server, time, outbox, attention } = openTestRecords()
    await records.product.create({ name: 'Beet' })
    const batch = await takeBatch()
    const before = await outbox.list()
    const { results: _results, ...rest } = server.push({ operations: [], checkpoint: undefined })
    const strange = {
      ...rest,
      results: [{ operationId: '018f0000-0000-7000-8000-00000000abcd', status: 'rejected', code: 'FORBIDDEN' } as const],
    }
    expect(await syncStore.settle(await syncStore.takeFence(), batch, strange, time.now())).toEqual({
      settled: 0,
      raised: 0,
      conflicts: 0,
      attempts: [],
      isForked: false,
      isApplied: true,
    })
    expect([await outbox.list(), await attention.list()]).toEqual([before, []])
  })

  test('[ST13] times of pushing and pulling are kept, for all and for each entity', async () => {
    const { records, drain, syncStore, time, server } = openTestRecords()
    const never = { lastPushedAt: undefined, lastPulledAt: undefined }
    expect(await syncStore.times()).toEqual({ ...never, byEntity: {} })
    await records.product.create({ name: 'Beet' })
    await drain()
    const pushedAt = time.now()
    time.advance(1_000)
    server.change({ entityType: 'recipe', recordId: 'r', operationType: 'create', payload: { title: '', body: '' } })
    await syncStore.applyChanges(
      await syncStore.takeFence(),
      await syncStore.checkpoint(),
      server.pull(await syncStore.checkpoint()),
      time.now(),
    )
    expect(await syncStore.times()).toEqual({
      lastPushedAt: pushedAt,
      lastPulledAt: time.now(),
      byEntity: {
        product: { lastPushedAt: pushedAt, lastPulledAt: pushedAt },
        recipe: { lastPushedAt: undefined, lastPulledAt: time.now() },
      },
    })
  })

  test('[ST14] the clock offset is that of the shortest round trip, which ages', async () => {
    const { syncStore } = openTestRecords()
    expect(await syncStore.clockOffset()).toBe(0)
    await syncStore.noteClockSample({ offsetMs: 500, roundTripMs: 100 })
    await syncStore.noteClockSample({ offsetMs: 900, roundTripMs: 400 })
    expect(await syncStore.clockOffset()).toBe(500)
    for (let sample = 0; sample < 20; sample++) await syncStore.noteClockSample({ offsetMs: 900, roundTripMs: 400 })
    expect(await syncStore.clockOffset()).toBe(900)
  })

  test('[ST14] what is written is stamped with the device’s time and its known offset', async () => {
    const { records, syncStore, takeBatch } = openTestRecords()
    await syncStore.noteClockSample({ offsetMs: 90_000, roundTripMs: 100 })
    await records.product.create({ name: 'Beet' })
    expect((await takeBatch()).operations).toMatchObject([{ clientUpdatedAt: '2026-11-21T12:01:30.000Z' }])
  })

  test('[ST15] syncing is off until it is switched on, and that is kept', async () => {
    const { syncStore, disk } = openTestRecords()
    expect(await syncStore.isEnabled()).toBeUndefined()
    await syncStore.setEnabled(true)
    expect(await openTestRecords({ disk }).syncStore.isEnabled()).toBe(true)
  })

  test('[ST16] kill case 27: a full resync removes ghosts, keeps the outbox, and resurrects nothing', async () => {
    const { records, drain, syncStore, server, time, attention } = openTestRecords()
    const [ghost, kept] = await Promise.all([records.product.create({ name: 'Ghost' }), records.product.create({ name: 'Kept' })])
    await drain()
    await records.product.update(ghost.id, { name: 'Edited offline' })
    await records.product.update(kept.id, { priceCents: 9 })
    const page = server.pull(undefined)
    const withoutGhost = {
      ...page,
      changes: page.changes.filter(({ recordId }) => recordId !== ghost.id),
      checkpoint: 'other epoch',
    }
    const fence = await syncStore.takeFence()
    await syncStore.beginResync(fence)
    await syncStore.applyResyncPage(fence, withoutGhost)
    expect(await records.product.query({ orderBy: 'name' })).toMatchObject([{ name: 'Edited offline' }, { name: 'Kept' }])
    await syncStore.finishResync(fence, 'other epoch', time.now())
    expect(await syncStore.checkpoint()).toBe('other epoch')
    expect(await records.product.query()).toMatchObject([{ name: 'Kept', priceCents: 9, meta: { isPending: true } }])
    server.interfere = ({ recordId }) => (recordId === ghost.id ? { status: 'rejected', code: 'NOT_FOUND' } : undefined)
    const batch = await syncStore.takeBatch(fence, {
      now: time.now(),
      limits: { operationsMax: 5, requestBytesMax: 500_000 },
      tenantId: 'acme',
    })
    const { checkpoint: _none, results, ...rest } = server.push(batch)
    const ownResults = results.map(({ serverState, ...result }) => ({
      ...result,
      ...(result.code === undefined && serverState && { serverState }),
    }))
    await syncStore.settle(fence, batch, { ...rest, results: ownResults }, time.now())
    expect(await records.product.query()).toMatchObject([{ name: 'Kept', priceCents: 9 }])
    expect(await attention.list()).toMatchObject([
      { kind: 'rejected', code: 'NOT_FOUND', operation: { payload: { name: 'Edited offline' } } },
    ])
  })

  test('[ST16] what is settled during a resync is there after it', async () => {
    const { records, syncStore, server, time, takeBatch } = openTestRecords()
    const { id } = await records.product.create({ name: 'Beet' })
    const batch = await takeBatch()
    const fence = await syncStore.takeFence()
    await syncStore.beginResync(fence)
    await syncStore.applyResyncPage(fence, server.pull(undefined))
    await syncStore.settle(fence, batch, { ...server.push(batch), resyncRequired: 'tooOld' }, time.now())
    await syncStore.finishResync(fence, '0', time.now())
    expect(await records.product.get(id)).toMatchObject({ name: 'Beet', meta: { version: 1, isPending: false } })
    await syncStore.finishResync(fence, 'twice', time.now())
    expect(await syncStore.checkpoint()).toBe('0')
  })
})
