import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { sceneSyncResultSchema, type SceneOperation } from '@rejoin/core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { readScene } from '../support/scene-requests.ts'
import { jwtSecret, signToken } from '../support/sign-token.ts'
import { startServer, type RunningServer } from '../support/start-server.ts'
import { connectStockClient, type StockClient } from '../support/stock-client.ts'
import { waitFor } from '../support/wait-for.ts'

let server: RunningServer
let ada: string
let eve: string
let neighbour: StockClient
let drawn = 0

beforeAll(async () => {
  server = await startServer({ flags: ['--auth', 'jwt'], environment: { REJOIN_JWT_SECRET: jwtSecret } })
})
afterAll(() => server[Symbol.asyncDispose]())
/** Each test attacks as somebody who has all their requests yet, beside somebody at work in the same scene. */
beforeEach(async () => {
  ada = await signToken({ user: 'ada' })
  eve = await signToken({ user: `eve ${randomUUID()}` })
  neighbour = connectStockClient(server.documentsUrl, 'plan', { params: { token: ada } })
  await neighbour.synced()
})
afterEach(() => neighbour[Symbol.dispose]())

/** The server lives, and somebody in the same scene was not disturbed. */
async function worksOn(): Promise<unknown> {
  drawn += 1
  neighbour.doc.transact(() => {
    const element = new Y.Map<unknown>(Object.entries({ id: 'work', kind: 'box', x: drawn, y: 0, width: 1, height: 1 }))
    neighbour.doc.getMap('elements').set('work', element)
  })
  await waitFor('the neighbour’s work is stored', async () => (await readScene(server, 'plan', ada))?.['work']?.['x'] === drawn)
  return [server.isAlive, neighbour.closeCodes]
}
const undisturbed = [true, []]

const send = (
  body: string | Uint8Array<ArrayBuffer>,
  { token = eve, scene = 'plan', headers = {} }: { token?: string; scene?: string; headers?: Record<string, string> } = {},
) =>
  fetch(`${server.url}/api/v1/scenes/${encodeURIComponent(scene)}/operations`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
    body,
  })
const common = () => ({ operationId: randomUUID(), clientId: 'eve', timestamp: Date.now() })
const box = (id: string) => ({ id, kind: 'box', x: 0, y: 0, width: 1, height: 1, updatedAt: 0 })
const add = (id: string): SceneOperation => ({ type: 'AddElement', ...common(), element: box(id) })
const text = (operation: string): string => `{${JSON.stringify(common()).slice(1, -1)},${operation}}`

test('[HC1] a hostile operation fails alone, between two that are taken', async () => {
  const hostile = [
    '"type":"RemoveElement","id":"__proto__"',
    '"type":"UpdateElement","id":"work","changes":{"__proto__":{"polluted":true}}',
    '"type":"UpdateElement","id":"work","changes":{"a":{"b":[{"constructor":{"prototype":{}}}]}}',
    '"type":"UpdateElement","id":"work","changes":{"x":1e999}',
    '"type":"UpdateElement","id":"work","changes":{"x":-1e308}',
    `"type":"UpdateElement","id":"work","changes":{"points":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
    `"type":"UpdateElement","id":"work","changes":{"text":"${'x'.repeat(400_000)}"}`,
    `"type":"UpdateElement","id":"work","changes":{${Array.from({ length: 1_000 }, (_, index) => `"f${index}":1`).join()}}`,
    String.raw`"type":"UpdateElement","id":"\ud800","changes":{"\ud800":"\udfff"}`,
    '"type":"AddElement","element":{"id":"","kind":"","x":"0"}',
    '"type":"Explode","id":"work"',
    '"type":"Interaction","kind":"x","at":{"x":0,"y":0},"id":"constructor"',
    '"type":"RemoveElement","id":"work","sudo":true',
  ]
  const operations = [JSON.stringify(add('before')), ...hostile.map(text), JSON.stringify(add('after'))]
  const response = await send(`{"operations":[${operations.join()}]}`)
  const result = sceneSyncResultSchema.parse(await response.json())
  expect(result).toMatchObject({ success: false, syncedCount: 2, failedCount: hostile.length, conflictCount: 0 })
  expect(result.failedOperations.map(({ error, retryable }) => [error, retryable])).toEqual(
    hostile.map((_each, index) => [index === 6 ? 'TOO_LARGE' : 'VALIDATION_ERROR', false]),
  )
  expect(Object.keys((await readScene(server, 'plan', ada)) ?? {})).toEqual(expect.arrayContaining(['after', 'before']))
  expect(await worksOn()).toEqual(undisturbed)
})

test('[HC2] bombs, other encodings and what is no batch are refused whole and bring nothing into being', async () => {
  const bomb = new Uint8Array(gzipSync(`{"operations":[${' '.repeat(200_000_000)}]}`))
  const gzip = { 'content-encoding': 'gzip' }
  const nested = `{"operations":${'['.repeat(500_000)}${']'.repeat(500_000)}}`
  const many = JSON.stringify({ operations: Array.from({ length: 501 }, () => add('many')) })
  const answers: [Response, number][] = [
    [await send(bomb, { scene: 'new', headers: gzip }), 413],
    [await send(new Uint8Array(Buffer.from('no gzip')), { scene: 'new', headers: gzip }), 400],
    [await send('{}', { scene: 'new', headers: { 'content-encoding': 'br' } }), 415],
    [await send('{"operations":', { scene: 'new' }), 400],
    [await send('null', { scene: 'new' }), 400],
    [await send(nested, { scene: 'new' }), 400],
    [await send(many, { scene: 'new' }), 413],
    [await send('{"operations":[{"operationId":"nobody"}]}', { scene: 'new' }), 400],
    [await send('{"operations":[],"generation":"../../etc"}', { scene: 'new' }), 400],
    [await send('{"operations":[]}', { scene: 'a\u0000b' }), 400],
  ]
  expect(answers.map(([{ status }]) => status)).toEqual(answers.map(([, status]) => status))
  expect(await readScene(server, 'new', ada)).toBeUndefined()
  expect(await worksOn()).toEqual(undisturbed)
})

test('[HC3] a flood on one scene is its sender’s own: others change theirs meanwhile', async () => {
  const flood = Array.from({ length: 150 }, () => send(JSON.stringify({ operations: [add('flood')] }), { scene: 'flooded' }))
  const other = await send(JSON.stringify({ operations: [add('lamp')] }), { token: ada, scene: 'quiet' })
  expect(other.status).toBe(200)
  const statuses = (await Promise.all(flood)).map(({ status }) => status)
  expect(statuses.filter((status) => ![200, 429, 503].includes(status))).toEqual([])
  expect(Object.keys((await readScene(server, 'flooded', ada)) ?? {})).toEqual(['flood'])
  expect(await worksOn()).toEqual(undisturbed)
})

test('[HC4] the same batch twenty times at once takes effect once, and another user’s id is told nothing', async () => {
  const operations = [add('once'), { type: 'RemoveElement', ...common(), id: 'once' }, add('once')]
  const body = JSON.stringify({ operations })
  const results = await Promise.all(Array.from({ length: 20 }, async () => (await send(body, { scene: 'repeated' })).json()))
  for (const result of results) expect(result).toMatchObject({ success: true, syncedCount: 3, conflicts: [] })
  const stolen = sceneSyncResultSchema.parse(await (await send(body, { token: ada, scene: 'repeated' })).json())
  expect(stolen).toMatchObject({ success: false, syncedCount: 0, conflicts: [] })
  expect(new Set(stolen.failedOperations.map(({ error }) => error))).toEqual(new Set(['ID_REUSED']))
  expect(await worksOn()).toEqual(undisturbed)
})
