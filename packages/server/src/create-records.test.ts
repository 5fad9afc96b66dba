import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { OperationRejection } from './records/sync-service.ts'
import { stockSchema } from './testing/records-world.ts'
import { createTestServer, type TestServer } from './testing/test-server.ts'

let server: TestServer
afterEach(() => server[Symbol.asyncDispose]())

const time = '2026-11-21T10:00:00.000Z'
const operation = {
  operationId: '0193a5d4-0000-7000-8000-000000000001',
  deviceId: 'd1',
  deviceSeq: 1,
  entityType: 'memo',
  operationType: 'create',
  recordId: 'm1',
  payload: { text: 'first' },
  clientUpdatedAt: time,
  tenantId: 'default',
  schemaVersion: stockSchema.version,
}
const body = { deviceId: 'd1', sentAt: time, ackedThrough: 0, operations: [operation] }
const push = (payload: object) => server.app.inject({ method: 'POST', url: '/api/sync', payload })
const codesOf = (reply: { json<T>(): T }) =>
  reply.json<{ results: readonly { status: string; code?: string }[] }>().results.map(({ status, code }) => [status, code])

test('[SR1, SR13] with a schema operations take effect, once, by every way in; commits are timed', async () => {
  server = await createTestServer({}, { schema: stockSchema })
  expect(codesOf(await push(body))).toEqual([['applied', undefined]])
  const again = await server.app.inject({
    method: 'POST',
    url: '/api/sync',
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    payload: gzipSync(JSON.stringify(body)),
  })
  expect(codesOf(again)).toEqual([['duplicate', undefined]])
  const rest = await server.app.inject({
    method: 'POST',
    url: '/api/v1/records/memo/batch',
    payload: { operations: [operation] },
  })
  expect(codesOf(rest)).toEqual([['duplicate', undefined]])
  expect((await server.app.inject('/api/v1/records/memo/m1')).json()).toMatchObject({
    id: 'm1',
    fields: { text: 'first' },
    version: 1,
  })
  expect((await server.app.inject('/metrics')).payload).toContain('rejoin_record_commit_seconds_count 1\n')
})

test('[SR7] a real conflict over REST is 409 with the server’s state', async () => {
  server = await createTestServer({}, { schema: stockSchema })
  const recipe = { ...operation, entityType: 'recipe', payload: { title: 'Borscht' } }
  const late = {
    ...recipe,
    operationId: '0193a5d4-0000-7000-8000-000000000002',
    deviceSeq: 2,
    operationType: 'update',
    baseVersion: 0,
  }
  await push({ ...body, operations: [recipe] })
  const reply = await server.app.inject({ method: 'POST', url: '/api/v1/records/recipe/batch', payload: { operations: [late] } })
  expect([reply.statusCode, reply.json()]).toMatchObject([
    409,
    { code: 'CONFLICT', serverState: { fields: { title: 'Borscht' } } },
  ])
})

test('[SR1] hooks are the application’s own rules', async () => {
  const hooks = {
    beforeApply: () => {
      throw new OperationRejection('FORBIDDEN', 'not on a Sunday')
    },
  }
  server = await createTestServer({}, { schema: stockSchema, hooks })
  expect(codesOf(await push(body))).toEqual([['rejected', 'FORBIDDEN']])
})

test('[SR4] a schema beside a store of one’s own wants a store of records', async () => {
  server = await createTestServer()
  const without = createTestServer({}, { schema: stockSchema, recordStore: undefined })
  await expect(without).rejects.toThrow('a schema wants a recordStore beside a store of your own')
})
