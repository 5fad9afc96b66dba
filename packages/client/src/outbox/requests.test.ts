import type { ResultCode } from '@rejoin/core'
import { describe, expect, test } from 'vitest'
import { RecordDisk } from '../record-database/memory-record-database.ts'
import type { RequestRow } from '../record-database/record-rows.ts'
import { judgeReplay } from '../sync/judge-replay.ts'
import { answered, sampleRequest } from '../testing/fake-app-server.ts'
import { openTestRecords, type TestRecords } from '../testing/test-records.ts'
import type { AttentionItem } from './attention.ts'
import { schedule } from './retry-schedule.ts'

const lane = 'requests'

/** Sends the first of the lane, to a server that answers so. */
async function send({ syncStore, time }: TestRecords, status: number, message?: string) {
  const fence = await syncStore.takeFence()
  const request = await syncStore.takeRequest(fence, { lane, now: time.now(), tenantId: 'acme' })
  if (request === undefined) return undefined
  const verdict = judgeReplay(answered(status, message === undefined ? {} : { message }))
  if (verdict.type !== 'done' && verdict.type !== 'told' && verdict.type !== 'attempt') throw new Error('not of the request')
  await syncStore.settleRequest(fence, { requestId: request.requestId, verdict, now: time.now() })
  return request
}

const rows = ({ database }: TestRecords) =>
  database.transaction('read', async ({ requests, requestBodies }) => [
    (await requests.range({})).length,
    (await requestBodies.range({})).length,
  ])

async function onlyItem({ attention }: TestRecords): Promise<AttentionItem> {
  const [item, other] = await attention.list()
  if (item === undefined || other !== undefined) throw new Error('there should be one item')
  return item
}

describe('in the outbox', () => {
  test('[RQ13] requests stand among the operations, in the order in which things were done, and are counted with them', async () => {
    const device = openTestRecords()
    await device.records.product.create({ name: 'Beet' })
    const requestId = await device.requests.keep(sampleRequest('/one', { priority: 'HIGH' }))
    await device.records.product.create({ name: 'Leek' })
    const entries = await device.outbox.list()
    expect(entries.map(({ entryId, kind }) => [entryId, kind])).toEqual([
      [1, 'operation'],
      [2, 'request'],
      [3, 'operation'],
    ])
    expect(entries[1]).toEqual({
      entryId: 2,
      kind: 'request',
      request: {
        requestId,
        method: 'POST',
        url: 'https://app.example/one',
        headers: { 'content-type': 'application/json' },
        credentials: 'same-origin',
        isAuthorized: true,
        title: 'Send /one',
        lane,
        body: { bodyId: requestId, byteCount: 15 },
        priority: 'HIGH',
      },
      state: 'ready',
      score: 100,
      attempts: 0,
      createdAt: device.time.now(),
    })
    expect(await device.syncStore.counts(device.time.now())).toMatchObject({ pending: 3, inFlight: 0, sendable: 2, failed: 0 })
    await send(device, 500)
    expect(await device.syncStore.counts(device.time.now())).toMatchObject({ pending: 3, inFlight: 1, sendable: 2, failed: 0 })
  })

  test('[RQ6] no request is ever taken for an operation, nor the other way round', async () => {
    const device = openTestRecords()
    await device.requests.keep(sampleRequest('/one'))
    await device.records.product.create({ name: 'Beet' }, { id: 'beet' })
    expect((await device.takeBatch()).operations.map(({ recordId }) => recordId)).toEqual(['beet'])
    expect(await device.drain()).toBe(1)
    expect(await device.outbox.list()).toMatchObject([{ kind: 'request', state: 'ready' }])
    expect(await send(device, 200)).toMatchObject({ url: 'https://app.example/one' })
    expect([await device.outbox.list(), await rows(device)]).toEqual([[], [0, 0]])
  })

  test('[RQ13] priority rules know requests by a name of their own', async () => {
    const rules = [
      { name: 'orders', entity: 'captured request', when: { field: 'url', operator: 'contains', value: '/orders' }, points: 60 },
    ] as const
    const device = openTestRecords({ rules })
    await device.requests.keep(sampleRequest('/orders'))
    await device.requests.keep(sampleRequest('/other', { lane: 'other' }))
    expect(await device.outbox.list()).toMatchObject([{ score: 110 }, { score: 50 }])
    expect((await device.syncStore.counts(0)).replays).toMatchObject([
      { lane, level: 'HIGH', waiting: 1 },
      { lane: 'other', level: 'NORMAL' },
    ])
  })

  test('[RQ13] an export has everything, bodies included', async () => {
    const device = openTestRecords()
    await device.records.product.create({ name: 'Beet' })
    await device.requests.keep(sampleRequest('/one', { body: Uint8Array.from({ length: 100_000 }, (_, at) => at % 256) }))
    const { entries } = JSON.parse(await device.outbox.export())
    expect(entries).toMatchObject([{ kind: 'operation' }, { kind: 'request', request: { url: 'https://app.example/one' } }])
    expect(
      Buffer.from(entries[1].bodyBase64, 'base64').equals(Buffer.from(Uint8Array.from({ length: 100_000 }, (_, at) => at % 256))),
    ).toBe(true)
    await send(device, 422)
    const { items } = JSON.parse(await device.attention.export())
    expect(items).toMatchObject([{ title: 'Send /one', bodyBase64: entries[1].bodyBase64 }])
  })

  test('[RQ6] one that was sent is first of its lane until it is settled', async () => {
    const device = openTestRecords()
    await device.requests.keep(sampleRequest('/one'))
    await device.requests.keep(sampleRequest('/two', { priority: 'HIGH' }))
    const fence = await device.syncStore.takeFence()
    const take = () => device.syncStore.takeRequest(fence, { lane, now: device.time.now(), tenantId: 'acme' })
    const first = await take()
    expect(first).toMatchObject({ url: 'https://app.example/one' })
    expect(await take()).toEqual(first)
    const again = openTestRecords({ disk: device.disk, time: device.time, seed: 2 })
    expect(await send(again, 200)).toEqual(first)
    expect(await send(again, 200)).toMatchObject({ url: 'https://app.example/two' })
  })

  test('[RQ8] one that waits for its time is not taken before; a clock that was set back stops nothing', async () => {
    const device = openTestRecords({ retries: { type: 'schedule', delaysMs: [60_000, 60_000] } })
    await device.requests.keep(sampleRequest('/one'))
    await send(device, 500)
    const [{ nextRetryAt = 0 } = {}] = await device.outbox.list()
    expect(nextRetryAt).toBeGreaterThan(device.time.now())
    expect(await send(device, 500)).toBeUndefined()
    expect((await device.syncStore.counts(device.time.now())).replays).toMatchObject([{ nextRetryAt }])
    const longAgo = device.time.now() - 3_600_000
    expect((await device.syncStore.counts(longAgo)).replays).toMatchObject([{ nextRetryAt: undefined }])
    device.time.advance(60_000)
    expect(await send(device, 200)).toBeDefined()
  })

  test('[RQ10] a verdict on what is not there, or was not sent, changes nothing', async () => {
    const device = openTestRecords()
    const requestId = await device.requests.keep(sampleRequest('/one'))
    const fence = await device.syncStore.takeFence()
    const nothing = { isSettled: false, conflicts: 0, attempts: [] }
    const outcome = { verdict: { type: 'done' }, now: 0 } as const
    expect(await device.syncStore.settleRequest(fence, { requestId, ...outcome })).toEqual(nothing)
    expect(await device.syncStore.settleRequest(fence, { requestId: 'other', ...outcome })).toEqual(nothing)
    expect(await rows(device)).toEqual([1, 1])
  })

  test('[RQ10] a drainer that was replaced neither takes nor settles', async () => {
    const device = openTestRecords()
    await device.requests.keep(sampleRequest('/one'))
    const old = await device.syncStore.takeFence()
    const request = await device.syncStore.takeRequest(old, { lane, now: 0, tenantId: 'acme' })
    await device.syncStore.takeFence()
    const outcome = { requestId: request?.requestId ?? '', verdict: { type: 'done' }, now: 0 } as const
    await expect(device.syncStore.settleRequest(old, outcome)).rejects.toThrow('another tab')
    await expect(device.syncStore.takeRequest(old, { lane, now: 0, tenantId: 'acme' })).rejects.toThrow('another tab')
    expect(await rows(device)).toEqual([1, 1])
  })
})

describe('what a person can do', () => {
  test.each<readonly [number, string, ResultCode]>([
    [409, 'conflict', 'CONFLICT'],
    [422, 'rejected', 'VALIDATION_ERROR'],
  ])('[RQ12] after %d: retry sends it as a new request, with its body', async (status, kind, code) => {
    const device = openTestRecords()
    const retryOf = await device.requests.keep(sampleRequest('/one', { idempotencyKey: 'of the app' }))
    await device.requests.keep(sampleRequest('/two'))
    expect(await send(device, status, 'The form is closed.')).toMatchObject({ idempotencyKey: 'of the app' })
    const item = await onlyItem(device)
    expect(item).toMatchObject({
      kind,
      code,
      message: 'The form is closed.',
      title: 'Send /one',
      request: { requestId: retryOf },
    })
    expect(await rows(device)).toEqual([1, 2])
    await device.attention.retry(item.id)
    expect(await device.attention.list()).toEqual([])
    // In its old place.
    const again = await send(device, 201)
    expect(again).toMatchObject({ url: 'https://app.example/one', method: 'POST' })
    expect(new TextDecoder().decode(again?.body)).toBe('{"path":"/one"}')
    expect(again?.requestId).not.toBe(retryOf)
    expect(again?.idempotencyKey).toBe(again?.requestId)
    await send(device, 201)
    expect([await device.outbox.list(), await rows(device)]).toEqual([[], [0, 0]])
  })

  test('[RQ12] one that used up its attempts goes back to its lane as it was', async () => {
    const device = openTestRecords({ retries: { type: 'schedule', delaysMs: [] } })
    const requestId = await device.requests.keep(sampleRequest('/one'))
    await send(device, 500)
    expect(await send(device, 200)).toBeUndefined()
    expect((await device.syncStore.counts(0)).replays).toEqual([])
    await device.attention.retry((await onlyItem(device)).id)
    expect(await device.outbox.list()).toMatchObject([{ state: 'sent', attempts: 0 }])
    expect(await send(device, 200)).toMatchObject({ requestId })
    expect([await device.outbox.list(), await device.attention.list()]).toEqual([[], []])
  })

  test('[RQ12] it cannot be edited here, and says so', async () => {
    const device = openTestRecords()
    await device.requests.keep(sampleRequest('/one'))
    await send(device, 422)
    const item = await onlyItem(device)
    await expect(device.attention.editAndResend(item.id, { name: 'x' })).rejects.toThrow(
      'a request of the app cannot be edited: retry it, or discard it',
    )
    expect(await device.attention.list()).toEqual([item])
  })

  test('[RQ12] dismiss hides the notice only; discard takes the request and its body', async () => {
    const device = openTestRecords({ retries: { type: 'schedule', delaysMs: [] } })
    for (const status of [422, 500]) {
      await device.requests.keep(sampleRequest(`/${status}`))
      await send(device, status)
      const { id } = await onlyItem(device)
      await device.attention.dismiss(id)
      expect(await device.attention.list()).toMatchObject([{ isDismissed: true }])
      expect(await device.attention.discard(id)).toEqual([])
      expect([await device.attention.list(), await rows(device)]).toEqual([[], [0, 0]])
    }
  })
})

describe('what cannot be sent', () => {
  const damage = (device: TestRecords, bend: (row: RequestRow) => unknown) =>
    device.database.transaction('write', async (tables) => {
      const [row] = await tables.requests.range({})
      await tables.requests.put(Object(bend(Object(row))))
    })

  test('[RQ13] a damaged entry is set aside as it was found, at a start or when its turn comes, and the next one goes', async () => {
    for (const isCheckedFirst of [true, false]) {
      const device = openTestRecords()
      await device.requests.keep(sampleRequest('/one'))
      await device.requests.keep(sampleRequest('/two'))
      await damage(device, (row) => ({ ...row, attempts: 'many' }))
      expect(await device.outbox.list()).toMatchObject([{ request: { url: 'https://app.example/two' } }])
      const { entries } = JSON.parse(await device.outbox.export())
      expect(entries).toMatchObject([{ attempts: 'many', bodyBase64: btoa('{"path":"/one"}') }, { kind: 'request' }])
      if (isCheckedFirst) await device.check()
      expect(await send(device, 200)).toMatchObject({ url: 'https://app.example/two' })
      const item = await onlyItem(device)
      expect(item).toMatchObject({ kind: 'unreadable', raw: { attempts: 'many', request: { url: 'https://app.example/one' } } })
      const { items } = JSON.parse(await device.attention.export())
      expect(items).toMatchObject([{ kind: 'unreadable', bodyBase64: btoa('{"path":"/one"}') }])
      await expect(device.attention.retry(item.id)).rejects.toThrow('cannot be read')
      await device.attention.discard(item.id)
      expect([await device.attention.list(), await rows(device)]).toEqual([[], [0, 0]])
    }
  })

  test.each([5, null, ['a']])('[RQ13] one whose lane is %j holds up no other', async (bent) => {
    const device = openTestRecords()
    await device.requests.keep(sampleRequest('/one'))
    await damage(device, (row) => ({ ...row, lane: bent }))
    await device.requests.keep(sampleRequest('/two'))
    expect((await device.syncStore.counts(device.time.now())).replays).toMatchObject([{ lane, waiting: 1 }])
    expect(await send(device, 200)).toMatchObject({ url: 'https://app.example/two' })
    await device.check()
    expect(await onlyItem(device)).toMatchObject({ kind: 'unreadable', raw: { request: { url: 'https://app.example/one' } } })
  })

  test('[RQ13] who discards a damaged notice of one that still waits leaves its body to it', async () => {
    const device = openTestRecords({ retries: schedule([]) })
    await device.requests.keep(sampleRequest('/one'))
    await send(device, 500)
    const { id } = await onlyItem(device)
    await device.database.transaction('write', async ({ attention }) => {
      await attention.put(Object({ ...Object(await attention.get(id)), title: 7 }))
    })
    await device.attention.discard(id)
    expect([await device.attention.list(), await rows(device)]).toEqual([[], [1, 1]])
  })

  test('[RQ13] one that another version can read again waits again', async () => {
    const disk = new RecordDisk()
    const device = openTestRecords({ disk })
    await device.requests.keep(sampleRequest('/one'))
    await damage(device, (row) => ({ ...row, attempts: 'many' }))
    await device.check()
    const { id } = await onlyItem(device)
    await device.database.transaction('write', async (tables) => {
      const item: { readonly raw?: object } = Object(await tables.attention.get(id))
      await tables.attention.put(Object({ ...item, raw: { ...item.raw, attempts: 0 } }))
    })
    await device.attention.retry(id)
    expect([await device.attention.list(), (await send(device, 200))?.url]).toEqual([[], 'https://app.example/one'])
  })

  test('[RQ13] a body that is missing or too short is never sent in part', async () => {
    const device = openTestRecords()
    const bodyId = await device.requests.keep(sampleRequest('/one'))
    await device.database.transaction('write', ({ requestBodies }) => requestBodies.put({ bodyId, bytes: Uint8Array.of(1) }))
    expect(await send(device, 200)).toBeUndefined()
    expect(await onlyItem(device)).toMatchObject({ kind: 'unreadable', raw: { request: { body: { bodyId } } } })
  })

  test('[RQ16] one that went out for another tenant is never sent for this one', async () => {
    const device = openTestRecords()
    await device.requests.keep(sampleRequest('/one'))
    const fence = await device.syncStore.takeFence()
    const now = device.time.now()
    await device.syncStore.takeRequest(fence, { lane, now, tenantId: 'acme' })
    expect(await device.syncStore.takeRequest(fence, { lane, now, tenantId: 'other' })).toBeUndefined()
    expect(await onlyItem(device)).toMatchObject({ kind: 'rejected', code: 'TENANT_MISMATCH' })
    expect(await device.outbox.list()).toEqual([])
  })
})
