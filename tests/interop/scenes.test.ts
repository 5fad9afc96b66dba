import { randomUUID } from 'node:crypto'
import type { SceneElement, SceneOperation } from '@rejoin/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as Y from 'yjs'
import { readScene, sendScene } from '../support/scene-requests.ts'
import { readServerDocument } from '../support/server-documents.ts'
import { jwtSecret, signToken } from '../support/sign-token.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { connectStockClient, type StockClient } from '../support/stock-client.ts'
import { waitFor } from '../support/wait-for.ts'

let server: RunningServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const taken = { success: true, conflicts: [], failedOperations: [] }

const by = (clientId: string, timestamp = Date.now()) => ({ operationId: randomUUID(), clientId, timestamp })
const sizeOf = (id: string, x = 0) => ({ id, kind: 'box', x, y: 0, width: 10, height: 10, updatedAt: 0 })
const box = (id: string, x = 0): SceneElement => sizeOf(id, x)
const add = (clientId: string, id: string, x = 0): SceneOperation => ({
  type: 'AddElement',
  ...by(clientId),
  element: box(id, x),
})
const move = (clientId: string, id: string, x: number, timestamp?: number): SceneOperation => ({
  type: 'UpdateElement',
  ...by(clientId, timestamp),
  id,
  changes: { x },
})

/** A stock client draws, as any Yjs program would. */
function draw({ doc }: StockClient, id: string, x: number, updatedAt = Date.now()): void {
  doc.transact(() => {
    const elements = doc.getMap('elements')
    const known = elements.get(id)
    const element: Y.Map<unknown> = known instanceof Y.Map ? known : new Y.Map(Object.entries(box(id)))
    if (known !== element) elements.set(id, element)
    element.set('x', x)
    element.set('updatedAt', updatedAt)
  })
}

/** The place of each element, as a stock client sees it. */
function placesOf({ doc }: StockClient): Readonly<Record<string, unknown>> {
  const places = [...doc.getMap('elements')].flatMap(([id, element]) =>
    element instanceof Y.Map ? [[id, element.get('x')] as const] : [],
  )
  return Object.fromEntries(places.toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

async function seen(client: StockClient, places: Readonly<Record<string, number>>): Promise<void> {
  await waitFor(
    `a stock client sees ${JSON.stringify(places)}`,
    () => JSON.stringify(placesOf(client)) === JSON.stringify(places),
  )
}

/** The place of an element as the server has it stored. */
async function storedPlace(on: RunningServer, name: string, id: string): Promise<unknown> {
  const scene = await readScene(on, name)
  return scene?.[id]?.['x']
}

test('[IO18] a batch is seen live by a stock client, and what that draws is met by the next batch', async () => {
  using painter = connectStockClient(server.documentsUrl, 'scenes/live')
  await painter.synced()
  const first = await sendScene(server, 'scenes/live', { operations: [add('phone', 'lamp', 1), add('phone', 'table', 2)] })
  expect(first.result).toMatchObject({ ...taken, syncedCount: 2 })
  await seen(painter, { lamp: 1, table: 2 })
  draw(painter, 'lamp', 5)
  draw(painter, 'chair', 9)
  await waitFor('the server has the chair', async () => (await storedPlace(server, 'scenes/live', 'chair')) === 9)
  const second = await sendScene(server, 'scenes/live', { operations: [move('phone', 'chair', 10), move('phone', 'lamp', 6)] })
  expect(second.result).toMatchObject({ ...taken, syncedCount: 2 })
  await seen(painter, { chair: 10, lamp: 6, table: 2 })
  expect((await readServerDocument(server, 'scenes/live'))?.getMap('elements').toJSON()).toEqual(
    painter.doc.getMap('elements').toJSON(),
  )
})

test('[IO19] two clients in conflict: who was later stays, both are told, and everybody shows the same', async () => {
  const name = 'scenes/conflict'
  using painter = connectStockClient(server.documentsUrl, name)
  await painter.synced()
  const start = Date.now()
  await sendScene(server, name, { operations: [add('phone', 'lamp', 1), add('phone', 'table', 1)] })
  await seen(painter, { lamp: 1, table: 1 })
  draw(painter, 'lamp', 50)
  painter.doc.getMap('elements').delete('table')
  await waitFor('the painter’s edits are stored', async () => (await storedPlace(server, name, 'lamp')) === 50)
  const offline = [move('phone', 'lamp', 7, start - 1_000), move('phone', 'table', 7, start + 1), move('phone', 'lamp', 8)]
  const { result } = await sendScene(server, name, { operations: offline })
  expect(result).toMatchObject({
    success: true,
    syncedCount: 1,
    conflicts: [
      { operation: offline[0]?.operationId, reason: { type: 'StaleTimestamp', local: start - 1_000 }, decision: 'remote' },
      { operation: offline[1]?.operationId, reason: { type: 'ElementNotFound' }, decision: 'remote' },
    ],
  })
  await seen(painter, { lamp: 8 })
})

test('[IO19] of two programs that change an element at the same time the same one stays, whichever the server hears first', async () => {
  const timestamp = Date.now()
  for (const order of [
    ['phone', 'tablet'],
    ['tablet', 'phone'],
  ]) {
    const name = `scenes/tie-${order.join('-')}`
    await sendScene(server, name, { operations: [{ ...add('kiosk', 'lamp'), timestamp: timestamp - 10 }] })
    for (const client of order)
      await sendScene(server, name, { operations: [move(client, 'lamp', client === 'tablet' ? 2 : 1, timestamp)] })
    expect(await storedPlace(server, name, 'lamp')).toBe(2)
  }
})

test('[IO20] a batch that comes again after a restart is answered with its first verdicts and changes nothing', async () => {
  await using own = await startServer()
  const operations = [add('phone', 'lamp', 1), move('phone', 'gone', 1), add('phone', 'table', 1)]
  const { result: first } = await sendScene(own, 'plan', { operations })
  await sendScene(own, 'plan', { operations: [move('tablet', 'lamp', 2)] })
  const before = await readScene(own, 'plan')
  expect(await own.stop()).toBe(0)
  await own.start()
  const { result: again } = await sendScene(own, 'plan', { operations })
  expect(again).toEqual({ ...first, timestamp: again?.timestamp, durationMs: again?.durationMs })
  expect(await readScene(own, 'plan')).toEqual(before)
  // The server draws under another id now.
  expect((await sendScene(own, 'plan', { operations: [move('phone', 'table', 3)] })).result).toMatchObject(taken)
  expect(await storedPlace(own, 'plan', 'table')).toBe(3)
})

test('[IO20] what was queued while the server was away arrives in order, onto what others drew meanwhile', async () => {
  await using own = await startServer()
  using painter = connectStockClient(own.documentsUrl, 'plan')
  await painter.synced()
  await sendScene(own, 'plan', { operations: [add('phone', 'lamp', 1)] })
  await seen(painter, { lamp: 1 })
  await own.stop('SIGKILL')
  const queued = [move('phone', 'lamp', 2), move('phone', 'lamp', 3), add('phone', 'table', 4)]
  draw(painter, 'chair', 7)
  await own.start()
  await waitFor('the painter is back', async () => (await storedPlace(own, 'plan', 'chair')) === 7)
  expect((await sendScene(own, 'plan', { operations: queued })).result).toMatchObject({ ...taken, syncedCount: 3 })
  await seen(painter, { chair: 7, lamp: 3, table: 4 })
})

test('[IO21] a deleted scene takes no batch until it is restored; a batch for an earlier life is refused', async () => {
  const name = 'scenes/gone'
  using painter = connectStockClient(server.documentsUrl, name)
  await painter.synced()
  await sendScene(server, name, { operations: [add('phone', 'lamp', 1)] })
  await seen(painter, { lamp: 1 })
  const path = `${server.url}/api/v1/documents/${encodeURIComponent(name)}`
  const generation = (await fetch(path)).headers.get('rejoin-generation') ?? ''
  await fetch(path, { method: 'DELETE' })
  await waitFor('the painter is told', () => painter.closeCodes.includes(4404))
  const operations = [move('phone', 'lamp', 2)]
  expect(await sendScene(server, name, { operations })).toEqual({ status: 404, code: 'DELETED' })
  expect(await readScene(server, name)).toBeUndefined()
  await fetch(`${path}/restore`, { method: 'POST' })
  expect(await sendScene(server, name, { operations, generation })).toEqual({ status: 409, code: 'OTHER_GENERATION' })
  expect((await sendScene(server, name, { operations })).result).toMatchObject({ ...taken, syncedCount: 1 })
  expect(await storedPlace(server, name, 'lamp')).toBe(2)
})

test('[IO22] a token that may only read, or is of another tenant, changes nothing and is told', async () => {
  await using own = await startServer({ flags: ['--auth', 'jwt'], environment: { REJOIN_JWT_SECRET: jwtSecret } })
  const writer = await signToken({ user: 'ada' })
  const reader = await signToken({ user: 'ben', documents: [{ pattern: 'plan', access: 'read' }] })
  const stranger = await signToken({ user: 'eve', tenant: 'other' })
  await sendScene(own, 'plan', { operations: [add('phone', 'lamp', 1)] }, writer)
  const operations = [move('phone', 'lamp', 2)]
  expect(await sendScene(own, 'plan', { operations }, reader)).toEqual({ status: 403, code: 'FORBIDDEN' })
  expect(await sendScene(own, 'plan', { operations })).toEqual({ status: 401, code: 'UNAUTHENTICATED' })
  expect(await readScene(own, 'plan', stranger)).toBeUndefined()
  expect((await readScene(own, 'plan', reader))?.['lamp']).toMatchObject({ x: 1, updatedBy: 'phone' })
})

test('[IO23] five hundred large operations at once are one change, and cost others nothing but their bytes', async () => {
  const name = 'scenes/large'
  using painter = connectStockClient(server.documentsUrl, name)
  await painter.synced()
  draw(painter, 'mine', 1)
  const points = Array.from({ length: 300 }, (_, index) => index / 300)
  const operations = Array.from({ length: 500 }, (_, index): SceneOperation => {
    const element = { ...sizeOf(`stroke ${index}`), points: points.slice(index % 100) }
    return { type: 'AddElement', ...by('phone'), element }
  })
  let changes = 0
  painter.doc.getMap('elements').observe((_event, { local }) => void (local || changes++))
  expect((await sendScene(server, name, { operations })).result).toMatchObject({ ...taken, syncedCount: 500 })
  await waitFor('the painter has all', () => painter.doc.getMap('elements').size === 501)
  expect(changes).toBe(1)
  const tooMany = { operations: [...operations, add('phone', 'one more')] }
  expect(await sendScene(server, name, tooMany)).toEqual({ status: 413, code: 'TOO_LARGE' })
})
