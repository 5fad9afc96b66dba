import { defineSchema, entity, lastWriteWins } from '@rejoin/core'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { openTestRecords } from '../testing/test-records.ts'
import { waitingOperations } from '../testing/waiting-operations.ts'

async function onlyItem({ attention }: Pick<ReturnType<typeof openTestRecords>, 'attention'>) {
  const [item, ...others] = await attention.list()
  expect(others).toEqual([])
  if (item === undefined) throw new Error('there is an item')
  return item
}

describe('what is shown', () => {
  test('[AT1] kill case 35: server wins; the person’s text is kept, with the server’s row and the reason', async () => {
    const device = openTestRecords()
    const { records, server, drain } = device
    const { id } = await records.recipe.create({ title: 'Borscht', body: 'one' })
    await drain()
    await records.recipe.update(id, { body: 'mine' })
    server.change({ entityType: 'recipe', recordId: id, operationType: 'update', payload: { body: 'theirs' } })
    await drain()
    expect(await records.recipe.get(id)).toMatchObject({ body: 'theirs', meta: { isPending: false } })
    expect(await onlyItem(device)).toMatchObject({
      kind: 'conflict',
      title: 'Change recipe Borscht',
      code: 'CONFLICT',
      message: 'Somebody changed it meanwhile; the version on the server was kept.',
      operation: { payload: { body: 'mine' } },
      serverState: { fields: { body: 'theirs' } },
      isDismissed: false,
    })
  })

  test('[AT1, ST2] an edit that lost to a later one is shown as overruled, with the fields', async () => {
    const device = openTestRecords()
    const { records, server, drain } = device
    const { id } = await records.product.create({ name: 'Beet' })
    await drain()
    await records.product.update(id, { name: 'Mine', note: 'kept' })
    server.change({ entityType: 'product', recordId: id, operationType: 'update', payload: { name: 'Theirs' } })
    await drain()
    expect(await records.product.get(id)).toMatchObject({ name: 'Theirs', note: 'kept' })
    const item = await onlyItem(device)
    expect(item).toMatchObject({
      kind: 'overruled',
      lostFields: ['name'],
      title: 'Change product Mine',
      serverState: { version: 3 },
    })
    await device.attention.retry(item.id)
    expect((await waitingOperations(device.outbox)).map(({ operation }) => operation)).toMatchObject([
      { operationType: 'update', payload: { name: 'Mine' }, baseVersion: 3, retryOf: item.operation?.operationId },
    ])
    await drain()
    expect(await records.product.get(id)).toMatchObject({ name: 'Mine', note: 'kept' })
    expect(await device.attention.list()).toEqual([])
  })

  test('[AT4] dismiss hides the notice only, and subscribers see it', async () => {
    const device = openTestRecords()
    const { records, server, drain, attention } = device
    server.interfere = () => ({ status: 'rejected', code: 'FORBIDDEN' })
    const seen: (readonly { readonly isDismissed: boolean }[])[] = []
    const stop = attention.subscribe((items) => seen.push(items))
    await records.product.create({ name: 'Beet' })
    await drain()
    await attention.dismiss((await onlyItem(device)).id)
    expect(await onlyItem(device)).toMatchObject({ isDismissed: true })
    await attention.dismiss(99)
    stop()
    expect(seen.map((items) => items.map(({ isDismissed }) => isDismissed))).toContainEqual([true])
  })
})

describe('trying again', () => {
  test('[AT2] a rejected change goes as a new operation, corrected where a person corrected it', async () => {
    const device = openTestRecords()
    const { records, server, drain, attention } = device
    const { id } = await records.product.create({ name: 'Beet' })
    await drain()
    server.interfere = () => ({ status: 'rejected', code: 'VALIDATION_ERROR', message: 'too dear' })
    await records.product.update(id, { priceCents: 5, note: 'x' })
    await drain()
    expect(await records.product.get(id)).toMatchObject({ priceCents: 0 })
    server.interfere = () => undefined
    const item = await onlyItem(device)
    await expect(attention.editAndResend(item.id, { priceCents: -1 })).rejects.toThrow('not valid')
    expect(await onlyItem(device)).toEqual(item)
    await attention.editAndResend(item.id, { priceCents: 4 })
    expect(await records.product.get(id)).toMatchObject({ priceCents: 4, note: 'x', meta: { isPending: true } })
    await drain()
    expect(server.judged.at(-1)).toMatchObject({
      payload: { priceCents: 4, note: 'x' },
      baseVersion: 1,
      retryOf: item.operation?.operationId,
    })
    expect(server.judged.at(-1)?.operationId).not.toBe(item.operation?.operationId)
  })

  test('[AT2] what is tried again takes its old place: what was done after it waits for it', async () => {
    const device = openTestRecords()
    const { records, server, drain, attention, takeBatch, syncStore, time } = device
    const { id } = await records.recipe.create({ title: 'Borscht', body: '' })
    await drain()
    server.interfere = () => ({ status: 'rejected', code: 'FORBIDDEN' })
    await records.recipe.update(id, { body: 'first' })
    await drain()
    server.interfere = () => undefined
    await records.recipe.update(id, { body: 'second' })
    await attention.retry((await onlyItem(device)).id)
    expect(await records.recipe.get(id)).toMatchObject({ body: 'second' })
    expect(await syncStore.counts(time.now())).toMatchObject({ pending: 2, sendable: 1 })
    expect((await takeBatch()).operations).toMatchObject([{ payload: { body: 'first' } }])
    await drain()
    expect(server.row(`recipe/${id}`)).toMatchObject({ version: 3, fields: { body: 'second' } })
  })

  test('[AT2] a failed entry goes back to its lane as it was', async () => {
    const device = openTestRecords({ maxRetries: 0 })
    const { records, server, drain, attention, outbox } = device
    await records.product.create({ name: 'Beet' })
    server.interfere = () => ({ status: 'rejected', code: 'INTERNAL' })
    await drain()
    server.interfere = () => undefined
    const [failed] = await outbox.list()
    await attention.retry((await onlyItem(device)).id)
    const { lastError: _error, ...kept } = failed ?? {}
    expect(await outbox.list()).toMatchObject([{ ...kept, state: 'sent', attempts: 0 }])
    await drain()
    expect(server.judged).toHaveLength(1)
  })

  test('[AT2] a failed entry that is corrected is replaced by a new operation', async () => {
    const device = openTestRecords({ maxRetries: 0 })
    const { records, server, drain, attention, outbox } = device
    await records.product.create({ name: 'Beet' })
    server.interfere = () => ({ status: 'rejected', code: 'INTERNAL' })
    await drain()
    server.interfere = () => undefined
    const item = await onlyItem(device)
    await attention.editAndResend(item.id, { name: 'Leek' })
    expect(await outbox.list()).toMatchObject([
      { entryId: 1, operation: { payload: { name: 'Leek' }, deviceSeq: 2, retryOf: item.operation?.operationId } },
    ])
    expect(await attention.list()).toEqual([])
  })

  test('[AT2] what waits for the server’s upgrade goes as it was, after a person or a new round says so', async () => {
    const device = openTestRecords()
    const { records, server, drain, syncStore, outbox } = device
    await records.product.create({ name: 'Beet' })
    server.interfere = () => ({ status: 'rejected', code: 'UPGRADE_REQUIRED' })
    await drain()
    expect(await onlyItem(device)).toMatchObject({ kind: 'blocked', code: 'UPGRADE_REQUIRED' })
    expect(await outbox.list()).toMatchObject([{ state: 'parked', parkedFor: 'UPGRADE_REQUIRED' }])
    server.interfere = () => undefined
    await syncStore.reviveFailed(await syncStore.takeFence())
    expect(await drain()).toBe(1)
    expect([server.judged.length, await outbox.list()]).toEqual([1, []])
  })

  test('[AT3] a create that met a record is a change of it; a change that met a deletion is a restore; a delete of what is gone is nothing', async () => {
    const device = openTestRecords()
    const { records, server, drain, attention } = device
    server.change({
      entityType: 'product',
      recordId: 'taken',
      operationType: 'create',
      payload: { name: 'Theirs', priceCents: 1 },
    })
    await records.product.create({ name: 'Mine' }, { id: 'taken' })
    await drain()
    const met = await onlyItem(device)
    expect(met).toMatchObject({ kind: 'conflict', code: 'ALREADY_EXISTS' })
    await attention.retry(met.id)
    await drain()
    expect(server.row('product/taken')).toMatchObject({ version: 2, fields: { name: 'Mine', priceCents: 0 } })

    await records.product.update('taken', { name: 'Edited' })
    server.change({ entityType: 'product', recordId: 'taken', operationType: 'delete' })
    await drain()
    const deleted = await onlyItem(device)
    expect(deleted).toMatchObject({ kind: 'conflict', code: 'DELETED' })
    await attention.retry(deleted.id)
    await drain()
    expect(server.row('product/taken')).toMatchObject({ isDeleted: false, fields: { name: 'Edited', priceCents: 0 } })

    server.interfere = () => ({ status: 'rejected', code: 'FORBIDDEN' })
    await records.product.delete('taken')
    await drain()
    server.interfere = () => undefined
    server.change({ entityType: 'product', recordId: 'taken', operationType: 'delete' })
    await records.product.create({ name: 'Other' })
    await drain()
    await attention.retry((await onlyItem(device)).id)
    expect([await attention.list(), await device.outbox.list()]).toEqual([[], []])
  })
})

describe('dependents', () => {
  async function rejectedProduct() {
    const device = openTestRecords()
    const { records, server, drain } = device
    const product = await records.product.create({ name: 'Beet' })
    const movements = await Promise.all(
      [1, 2].map((quantity) => records.stockMovement.create({ productId: product.id, quantity })),
    )
    server.interfere = ({ entityType }) =>
      entityType === 'product' ? { status: 'rejected', code: 'VALIDATION_ERROR' } : undefined
    await drain()
    server.interfere = () => undefined
    return { device, product, movements }
  }

  test('[ST4] kill case 16: children of a rejected create are parked with the cause shown; fixing the parent releases them', async () => {
    const { device, product } = await rejectedProduct()
    const { attention, outbox, server, drain, records } = device
    const [parent, ...children] = await attention.list()
    expect(parent).toMatchObject({ kind: 'rejected', title: 'Create product Beet' })
    expect(children).toMatchObject(
      Array.from({ length: 2 }, () => ({
        kind: 'blocked',
        title: 'Create stock movement',
        message: 'It needs "Create product Beet", which did not take place.',
      })),
    )
    expect(await outbox.list()).toMatchObject([{ state: 'parked' }, { state: 'parked' }])
    expect(server.judged).toEqual([])
    await attention.editAndResend(parent?.id ?? 0, { name: 'Leek' })
    expect(await attention.list()).toEqual([])
    expect(await drain()).toBe(2)
    expect(server.judged.map(({ entityType }) => entityType)).toEqual(['product', 'stockMovement', 'stockMovement'])
    expect(await records.stockMovement.query({ where: { productId: product.id } })).toHaveLength(2)
  })

  test('[AT4] a create that is given up takes along what needs it', async () => {
    const { device, movements } = await rejectedProduct()
    const [parent] = await device.attention.list()
    const gone = await device.attention.discard(parent?.id ?? 0)
    expect(gone.map(({ recordId }) => recordId).toSorted()).toEqual(movements.map(({ id }) => id).toSorted())
    expect([await device.attention.list(), await device.outbox.list(), await device.records.stockMovement.query()]).toEqual([
      [],
      [],
      [],
    ])
    await device.records.product.create({ name: 'After' })
    expect(await device.takeBatch()).toMatchObject({ ackedThrough: 3, operations: [{ deviceSeq: 4 }] })
  })

  test('[AT4] and what needs that in turn', async () => {
    const tree = defineSchema({
      version: 1,
      entities: {
        node: entity({
          fields: z.object({ parentId: z.string().optional() }),
          policy: lastWriteWins(),
          references: { parentId: 'node' },
        }),
      },
    })
    const { records, server, drain, attention, outbox } = openTestRecords({ schema: tree })
    await records.node.create({}, { id: 'root' })
    await records.node.create({ parentId: 'root' }, { id: 'child' })
    await records.node.create({ parentId: 'child' }, { id: 'grandchild' })
    server.interfere = () => ({ status: 'rejected', code: 'FORBIDDEN' })
    await drain()
    const [root] = await attention.list()
    const gone = await attention.discard(root?.id ?? 0)
    expect(gone.map(({ recordId, kind }) => [recordId, kind])).toEqual([
      ['child', 'blocked'],
      ['grandchild', 'blocked'],
    ])
    expect([await outbox.list(), await attention.list()]).toEqual([[], []])
  })

  test('[OB2] what was made and deleted before it was sent does not hold up what refers to it', async () => {
    const { records, drain, attention, outbox, server } = openTestRecords()
    const product = await records.product.create({ name: 'Beet' })
    await records.stockMovement.create({ productId: product.id, quantity: 1 })
    await records.product.delete(product.id)
    expect(await records.product.query()).toEqual([])
    await drain()
    const asked = server.judged.map(({ entityType, operationType }) => `${operationType} ${entityType}`)
    expect(asked.toSorted()).toEqual(['create product', 'create stockMovement', 'delete product'])
    expect(asked[0]).toBe('create product')
    expect([await outbox.list(), await attention.list(), await records.product.query()]).toEqual([[], [], []])
  })

  test('[OB2] made and deleted in one turn, with nothing that refers to it: nothing is sent', async () => {
    const { records, outbox } = openTestRecords()
    await Promise.all([records.product.create({ name: 'Beet' }, { id: 'beet' }), records.product.delete('beet')])
    expect(await outbox.list()).toEqual([])
  })

  test('[OB2] also when all of it happens in one turn', async () => {
    const { records, outbox } = openTestRecords()
    await Promise.all([
      records.product.create({ name: 'Beet' }, { id: 'beet' }),
      records.stockMovement.create({ productId: 'beet', quantity: 1 }),
      records.product.delete('beet'),
    ])
    expect(await outbox.list()).toMatchObject([
      { state: 'ready', operation: { operationType: 'create', entityType: 'product' } },
      { state: 'ready', operation: { operationType: 'create', entityType: 'stockMovement' } },
      { state: 'ready', operation: { operationType: 'delete', entityType: 'product' } },
    ])
  })
})

test('[AT5] outbox and attention list are exported as JSON text', async () => {
  const { records, server, drain, attention, outbox } = openTestRecords()
  await records.product.create({ name: 'Refused' })
  server.interfere = () => ({ status: 'rejected', code: 'FORBIDDEN' })
  await drain()
  await records.product.create({ name: 'Waiting' })
  const read = (text: string): unknown => JSON.parse(text)
  expect(read(await attention.export())).toMatchObject({
    exportedAt: '2026-11-21T12:00:00.000Z',
    items: [{ operation: { payload: { name: 'Refused' } } }],
  })
  expect(read(await outbox.export())).toMatchObject({ entries: [{ operation: { payload: { name: 'Waiting' } } }] })
})

test('[AT7] an item that is damaged hides none: it is shown, exported and can be discarded', async () => {
  const { attention, database, records, takeBatch, syncStore, server, time } = openTestRecords()
  server.interfere = () => ({ status: 'rejected', code: 'FORBIDDEN' })
  await records.product.create({ name: 'Beet' })
  const batch = await takeBatch()
  await syncStore.settle(await syncStore.takeFence(), batch, server.push(batch), time.now())
  const damaged = { ...Object({ id: 7, junk: true }) }
  await database.transaction('write', (tables) => tables.attention.put(damaged))
  expect(await attention.list()).toMatchObject([
    { kind: 'rejected', code: 'FORBIDDEN' },
    { id: 7, kind: 'unreadable', raw: damaged },
  ])
  expect(await attention.export()).toContain('junk')
  await attention.discard(7)
  expect(await attention.list()).toMatchObject([{ kind: 'rejected', code: 'FORBIDDEN' }])
})

test('[AT3] what is so already is not sent, and leaves nothing behind that waits for a decision', async () => {
  const device = openTestRecords({ maxRetries: 0 })
  const { records, server, drain, attention, outbox } = device
  const { id } = await records.product.create({ name: 'Beet' })
  await drain()
  await records.product.delete(id)
  server.interfere = () => ({ status: 'rejected', code: 'INTERNAL' })
  await drain()
  server.interfere = () => undefined
  server.change({ entityType: 'product', recordId: id, operationType: 'delete' })
  await records.product.create({ name: 'Leek' })
  await drain()
  expect(await outbox.list()).toMatchObject([{ state: 'failed', operation: { operationType: 'delete' } }])
  await attention.editAndResend((await onlyItem(device)).id, {})
  expect([await outbox.list(), await attention.list()]).toEqual([[], []])
})

test('[OB12] what can be read again goes under the id that the device has now', async () => {
  const device = openTestRecords()
  const { records, database, attention, takeBatch, server, drain, syncStore, time } = device
  const { id } = await records.product.create({ name: 'Beet' })
  const raw = await database.transaction('write', async ({ outbox }) => {
    const stored = { ...Object(await outbox.get(1)) }
    await outbox.put({ ...stored, lanes: 'none' })
    return stored
  })
  await records.product.create({ name: 'Leek' })
  await device.check()
  server.interfere = () => ({ status: 'rejected', code: 'DEVICE_FORKED' })
  const batch = await takeBatch()
  await syncStore.settle(await syncStore.takeFence(), batch, server.push(batch), time.now())
  server.interfere = () => undefined
  const item = await onlyItem(device)
  const kept = { ...Object(item), raw, recordKey: '/' }
  await database.transaction('write', (tables) => tables.attention.put(kept))
  await attention.retry(item.id)
  const entries = await waitingOperations(device.outbox)
  expect(new Set(entries.map(({ operation }) => operation.deviceId)).size).toBe(1)
  expect(entries.map(({ operation }) => operation.deviceSeq).toSorted((left, right) => left - right)).toEqual([1, 2])
  await drain()
  expect(server.row(`product/${id}`)).toMatchObject({ fields: { name: 'Beet' } })
})
