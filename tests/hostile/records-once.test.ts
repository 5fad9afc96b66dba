import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRecordFeed } from '../support/read-record-feed.ts'
import { push, pushed } from '../support/record-operations.ts'
import type { RunningServer } from '../support/start-server.ts'
import { freshMaker, headersOf, startRecordServer, type Headers } from './records-neighbourhood.ts'

let server: RunningServer
let ada: Headers
beforeAll(async () => {
  server = await startRecordServer()
  ada = await headersOf({ user: 'ada' })
})
afterAll(() => server[Symbol.asyncDispose]())

const rowsOf = async (prefix: string) =>
  ((await readRecordFeed(server, undefined, ada))?.rows ?? []).filter(({ recordId }) => recordId.startsWith(prefix))

test('[HR11] the same request five times at once, and again after a restart and a kill, changes the database once', async () => {
  const maker = freshMaker()
  const { deviceId } = maker
  const product = `${deviceId}-product`
  const operations = [
    maker.next({ entityType: 'product', operationType: 'create', recordId: product, payload: { name: 'Flour', priceCents: 1 } }),
    maker.next({ entityType: 'product', operationType: 'update', recordId: product, payload: { quantity: 5 }, baseVersion: 1 }),
    maker.next({
      entityType: 'stockMovement',
      operationType: 'create',
      recordId: `${deviceId}-movement`,
      payload: { productId: product, quantity: 5 },
    }),
    maker.next({
      entityType: 'recipe',
      operationType: 'update',
      recordId: `${deviceId}-none`,
      payload: { body: 'x' },
      baseVersion: 1,
    }),
  ]
  const send = () => pushed(server, { headers: ada, deviceId, operations })
  const verdictsOf = ({ results }: Awaited<ReturnType<typeof send>>) =>
    results.map(({ status, code, seq, version, first }) => first ?? { status, code, seq, version })

  const answers = await Promise.all(Array.from({ length: 5 }, send))
  const before = await rowsOf(deviceId)
  await server.stop()
  await server.start()
  answers.push(...(await Promise.all([send(), send()])))
  await server.stop('SIGKILL')
  await server.start()
  answers.push(await send())

  const firstTimes = answers.filter(({ results }) => results[0]?.status === 'applied')
  expect(firstTimes.length).toBe(1)
  for (const answer of answers)
    expect(JSON.parse(JSON.stringify(verdictsOf(answer)))).toEqual(JSON.parse(JSON.stringify(verdictsOf(answers[0] ?? answer))))
  expect(await rowsOf(deviceId)).toEqual(before)
  expect(before.map(({ entityType, version }) => [entityType, version])).toEqual([
    ['product', 2],
    ['stockMovement', 1],
  ])
})

test('[HR11] fifty identical writes at once, over both ways in, are one', async () => {
  const maker = freshMaker()
  const payload = { productId: 'p', quantity: 1 }
  const operation = maker.next({ entityType: 'stockMovement', operationType: 'create', recordId: maker.deviceId, payload })
  const overRest = async () => {
    const response = await fetch(`${server.url}/api/v1/records/stockMovement/batch`, {
      method: 'POST',
      headers: { ...ada, 'content-type': 'application/json', 'idempotency-key': operation.operationId },
      body: JSON.stringify({ operations: [operation] }),
    })
    return (await response.json()) as { readonly results: readonly { readonly status: string }[] }
  }
  const overSync = () => pushed(server, { headers: ada, deviceId: maker.deviceId, operations: [operation] })
  const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => (index % 2 === 0 ? overSync() : overRest())))
  const statuses = answers.map(({ results }) => results[0]?.status)
  expect(statuses.filter((status) => status === 'applied').length).toBe(1)
  expect(statuses.filter((status) => status === 'duplicate').length).toBe(49)
  expect((await rowsOf(maker.deviceId)).map(({ version }) => version)).toEqual([1])
})

test('[HR11] who is too fast waits as long as Retry-After says, and loses nothing', async () => {
  const headers = await headersOf({ user: 'hasty' })
  const maker = freshMaker()
  const operation = maker.next({
    entityType: 'stockMovement',
    operationType: 'create',
    recordId: maker.deviceId,
    payload: { productId: 'p', quantity: 1 },
  })
  const answers = []
  do {
    answers.push(await fetch(`${server.url}/api/sync/changes?limit=1`, { headers }))
  } while (answers.at(-1)?.status === 200 && answers.length < 2_000)
  const refused = answers.at(-1)
  expect([refused?.status, Number(refused?.headers.get('retry-after')) > 0]).toEqual([429, true])
  expect(await refused?.json()).toMatchObject({ code: 'TOO_FAST' })
  // Others of the same address go on.
  const { results } = await pushed(server, { headers: ada, deviceId: maker.deviceId, operations: [operation] })
  expect(results[0]?.status).toBe('applied')
})

test('[HR11] a right that is taken away among many different writes leaves each of them done or refused, and none half', async () => {
  const admin = await headersOf({ user: 'root', role: 'admin' })
  const [mayWrite, mayRead] = [
    await headersOf({ user: 'linus', tokenId: 'before' }),
    await headersOf({ user: 'linus', entities: [{ entity: 'recipe', access: 'read' }] }),
  ]
  const makers = Array.from({ length: 45 }, freshMaker.bind(undefined, 'acme'))
  const [first] = makers
  const writes = makers.map((maker, index) => ({
    deviceId: maker.deviceId,
    operations: [
      maker.next({
        entityType: 'recipe',
        operationType: 'create',
        recordId: `${first?.deviceId}-${index}`,
        payload: { title: `Recipe ${index}`, body: 'x' },
      }),
      maker.next({
        entityType: 'recipe',
        operationType: 'update',
        recordId: `${first?.deviceId}-${index}`,
        payload: { body: `by ${index}` },
        baseVersion: 1,
      }),
    ],
  }))
  const outcome = async (write: (typeof writes)[number], headers: Headers): Promise<string> => {
    const response = await push(server, { ...write, headers })
    if (response.status !== 200) return String(response.status)
    const { results } = (await response.json()) as { readonly results: readonly { readonly status: string }[] }
    return results.map(({ status }) => status).join()
  }
  const before = writes.slice(0, 20).map((write) => outcome(write, mayWrite))
  const revoked = fetch(`${server.url}/api/v1/admin/revocations`, {
    method: 'POST',
    headers: { ...admin, 'content-type': 'application/json' },
    body: JSON.stringify({ tokenId: 'before' }),
  })
  const among = writes.slice(20, 40).map((write) => outcome(write, mayWrite))
  expect((await revoked).status).toBe(204)
  const after = writes.slice(40).map((write) => outcome(write, mayWrite))
  const outcomes = await Promise.all([...before, ...among, ...after])

  expect(outcomes.slice(40)).toEqual(writes.slice(40).map(() => '401'))
  expect(outcomes.filter((one) => one !== 'applied,applied' && one !== '401')).toEqual([])
  const shown = async () =>
    (await rowsOf(`${first?.deviceId}-`)).map(({ version, fields }) => JSON.stringify([fields['title'], version, fields['body']]))
  const asWritten = (indexes: readonly number[]) => indexes.map((index) => JSON.stringify([`Recipe ${index}`, 2, `by ${index}`]))
  const done = outcomes.flatMap((one, index) => (one === '401' ? [] : [index]))
  expect((await shown()).toSorted()).toEqual(asWritten(done).toSorted())

  // What only reads now is refused for good under other ids, and what was refused for lack of a token is done when the right is back.
  const maker = freshMaker()
  const tried = maker.next({ entityType: 'recipe', operationType: 'delete', recordId: `${first?.deviceId}-0`, baseVersion: 2 })
  expect(await outcome({ deviceId: maker.deviceId, operations: [tried] }, mayRead)).toBe('rejected')
  const again = await Promise.all(writes.map(async (write) => outcome(write, await headersOf({ user: 'linus' }))))
  expect(again).toEqual(outcomes.map((one) => (one === '401' ? 'applied,applied' : 'duplicate,duplicate')))
  expect((await shown()).toSorted()).toEqual(asWritten(writes.map((_write, index) => index)).toSorted())
})
