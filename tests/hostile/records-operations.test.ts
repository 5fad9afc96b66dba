import { syncResponseSchema, type Operation, type OperationResult } from '@rejoin/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readRecordFeed } from '../support/read-record-feed.ts'
import { pushed } from '../support/record-operations.ts'
import type { RunningServer } from '../support/start-server.ts'
import {
  createRecordNeighbourhood,
  freshMaker,
  headersOf,
  refusalOf,
  secretText,
  startRecordServer,
  type Headers,
} from './records-neighbourhood.ts'

let server: RunningServer
let eve: Headers
beforeAll(async () => {
  server = await startRecordServer()
  eve = await headersOf({ user: 'eve' })
})
afterAll(() => server[Symbol.asyncDispose]())

const create = { entityType: 'recipe', operationType: 'create', recordId: 'r', payload: { title: 't', body: 'b' } } as const

/** Sends one operation, changed as the attacker likes, and gives its result. */
async function resultOf(change: (operation: Operation) => unknown): Promise<OperationResult | undefined> {
  const maker = freshMaker()
  const { results } = await pushed(server, {
    headers: eve,
    deviceId: maker.deviceId,
    operations: [change(maker.next({ ...create, recordId: `of-${maker.deviceId}` }))],
  })
  return results[0]
}

/** A value with its own `__proto__`, as only JSON makes it. */
const proto: unknown = JSON.parse('{"title":"t","body":"b","__proto__":{"isAdmin":true}}')
const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)])

const refused: readonly (readonly [name: string, code: string, change: (operation: Operation) => unknown])[] = [
  ['an unknown entity', 'VALIDATION_ERROR', (operation) => ({ ...operation, entityType: 'nothing' })],
  ['the entity __proto__', 'VALIDATION_ERROR', (operation) => ({ ...operation, entityType: '__proto__' })],
  ['the entity constructor', 'VALIDATION_ERROR', (operation) => ({ ...operation, entityType: 'constructor' })],
  ['an unknown type of operation', 'VALIDATION_ERROR', (operation) => ({ ...operation, operationType: 'upsert' })],
  ['a number for a text', 'VALIDATION_ERROR', (operation) => ({ ...operation, payload: { title: 7, body: 'b' } })],
  ['a list for a payload', 'VALIDATION_ERROR', (operation) => ({ ...operation, payload: ['title'] })],
  ['null for a payload', 'VALIDATION_ERROR', (operation) => ({ ...operation, payload: null })],
  ['a missing field', 'VALIDATION_ERROR', (operation) => ({ ...operation, payload: { title: 't' } })],
  ['an unknown field', 'VALIDATION_ERROR', (operation) => ({ ...operation, payload: { title: 't', body: 'b', isAdmin: true } })],
  ['__proto__ in the payload', 'VALIDATION_ERROR', (operation) => ({ ...operation, payload: proto })],
  [
    'constructor in the payload',
    'VALIDATION_ERROR',
    (operation) => ({ ...operation, payload: { title: 't', body: 'b', constructor: {} } }),
  ],
  [
    '__proto__ beside the payload',
    'VALIDATION_ERROR',
    (operation) => Object.defineProperty({ ...operation }, '__proto__', { value: {}, enumerable: true }),
  ],
  ['40 levels of lists', 'VALIDATION_ERROR', (operation) => ({ ...operation, payload: { title: 't', body: deep(40) } })],
  ['an extra field of the operation', 'VALIDATION_ERROR', (operation) => ({ ...operation, user: 'grace' })],
  ['an extra field with a name of 50 KB', 'VALIDATION_ERROR', (operation) => ({ ...operation, ['k'.repeat(50_000)]: 1 })],
  ['a field with a name of 50 KB', 'VALIDATION_ERROR', (operation) => ({ ...operation, payload: { ['k'.repeat(50_000)]: 1 } })],
  ['another device than the request’s', 'VALIDATION_ERROR', (operation) => ({ ...operation, deviceId: 'someone-else' })],
  ['number 0 of the device', 'VALIDATION_ERROR', (operation) => ({ ...operation, deviceSeq: 0 })],
  ['number 2^53 of the device', 'VALIDATION_ERROR', (operation) => ({ ...operation, deviceSeq: 2 ** 53 })],
  ['number 1.5 of the device', 'VALIDATION_ERROR', (operation) => ({ ...operation, deviceSeq: 1.5 })],
  ['a base version below 0', 'VALIDATION_ERROR', (operation) => ({ ...operation, baseVersion: -1 })],
  ['a record id with a line feed', 'VALIDATION_ERROR', (operation) => ({ ...operation, recordId: 'a\nb' })],
  ['a record id with half a surrogate', 'VALIDATION_ERROR', (operation) => ({ ...operation, recordId: '\ud800' })],
  ['a record id of 129 characters', 'VALIDATION_ERROR', (operation) => ({ ...operation, recordId: 'r'.repeat(129) })],
  ['an empty record id', 'VALIDATION_ERROR', (operation) => ({ ...operation, recordId: '' })],
  ['a time that is none', 'VALIDATION_ERROR', (operation) => ({ ...operation, clientUpdatedAt: '2026-02-30T00:00:00Z' })],
  ['a time without an offset', 'VALIDATION_ERROR', (operation) => ({ ...operation, clientUpdatedAt: '2026-02-03T00:00:00' })],
  ['another tenant', 'TENANT_MISMATCH', (operation) => ({ ...operation, tenantId: 'globex' })],
  ['a tenant that does not exist', 'TENANT_MISMATCH', (operation) => ({ ...operation, tenantId: 'nowhere' })],
  ['a newer schema', 'UPGRADE_REQUIRED', (operation) => ({ ...operation, schemaVersion: 99 })],
  ['129 KiB', 'TOO_LARGE', (operation) => ({ ...operation, payload: { title: 't', body: 'x'.repeat(129 * 1024) } })],
]

describe('operations', () => {
  test.each(refused)('[HR1] %s: %s, and nothing happens', async (_name, code, change) => {
    const neighbourhood = await createRecordNeighbourhood(server)
    const result = await resultOf(change)
    expect([result?.status, result?.code, result?.serverState, result?.seq]).toEqual(['rejected', code, undefined, undefined])
    expect(result?.message?.length ?? 0).toBeLessThan(600)
    await neighbourhood.expectUnharmed()
  })

  test('[HR1] numbers that JSON can write and nobody can keep are refused', async () => {
    const neighbourhood = await createRecordNeighbourhood(server)
    const send = (number: string) => {
      const maker = freshMaker()
      const payload = { name: 'n', priceCents: 4242 }
      const operation = maker.next({ entityType: 'product', operationType: 'create', recordId: maker.deviceId, payload })
      const body = { deviceId: maker.deviceId, sentAt: operation.clientUpdatedAt, ackedThrough: 0, operations: [operation] }
      return fetch(`${server.url}/api/sync`, {
        method: 'POST',
        headers: { ...eve, 'content-type': 'application/json' },
        body: JSON.stringify(body).replace('4242', number),
      })
    }
    for (const number of ['1e999', '-1e999', '1.5', '-1', '9007199254740993', '1e21']) {
      const { results } = syncResponseSchema.parse(await (await send(number)).json())
      expect([number, results[0]?.status, results[0]?.code]).toEqual([number, 'rejected', 'VALIDATION_ERROR'])
    }
    for (const text of ['NaN', '0x10', '01', 'Infinity']) expect((await send(text)).status).toBe(400)
    await neighbourhood.expectUnharmed()
  })

  const odd = [
    'NUL \0',
    '\u001b[31mred',
    '\r\nforged: line',
    'half \ud800',
    '\u202eright to left',
    "'; DROP TABLE record; --",
    '</script>',
  ]
  test.each(odd)('[HR1] %j is a text like any other, comes back as it was, and stands in no log', async (text) => {
    const result = await resultOf((operation) => ({ ...operation, payload: { title: text, body: `canary ${text}` } }))
    expect([result?.status, result?.serverState?.fields]).toEqual(['applied', { title: text, body: `canary ${text}` }])
    const rows = (await readRecordFeed(server, undefined, eve))?.rows
    expect(rows?.at(-1)?.fields).toEqual({ title: text, body: `canary ${text}` })
    expect(server.output()).not.toContain('canary')
  })

  test('[HR2] a bad operation costs only itself; the ones beside it have their verdicts', async () => {
    const maker = freshMaker()
    const operations = [
      maker.next({ ...create, recordId: `${maker.deviceId}-1` }),
      { ...maker.next({ ...create, recordId: `${maker.deviceId}-2` }), payload: proto },
      maker.next({ ...create, recordId: `${maker.deviceId}-3` }),
    ]
    const { results } = await pushed(server, { headers: eve, deviceId: maker.deviceId, operations })
    expect(results.map(({ status }) => status)).toEqual(['applied', 'rejected', 'applied'])
  })

  test('[HR2] one without a readable id refuses the request, and none of it happens', async () => {
    const neighbourhood = await createRecordNeighbourhood(server)
    const maker = freshMaker()
    const good = maker.next({ ...create, recordId: maker.deviceId })
    for (const bad of [
      null,
      7,
      'x',
      [],
      {},
      { ...good, operationId: 'x' },
      { ...good, operationId: undefined },
      { ...good, operationId: {} },
    ]) {
      const options = { headers: eve, deviceId: maker.deviceId, operations: [good, bad] }
      expect(await refusalOf(server, options)).toEqual([400, 'BAD_REQUEST'])
    }
    await neighbourhood.expectUnharmed()
  })

  test('[HR3] the same id in one request twice takes effect once', async () => {
    const maker = freshMaker()
    const operation = maker.next({ ...create, recordId: maker.deviceId })
    const { results } = await pushed(server, { headers: eve, deviceId: maker.deviceId, operations: [operation, operation] })
    expect(results.map(({ status, first }) => [status, first?.status])).toEqual([
      ['applied', undefined],
      ['duplicate', 'applied'],
    ])
  })

  test('[HR3] an id that was used for something else, or by somebody else, is refused and tells nothing', async () => {
    const grace = await headersOf({ user: 'grace' })
    const maker = freshMaker()
    const payload = { title: secretText, body: secretText }
    const operation = maker.next({ ...create, recordId: maker.deviceId, payload })
    await pushed(server, { headers: grace, deviceId: maker.deviceId, operations: [operation] })
    const neighbourhood = await createRecordNeighbourhood(server)
    const attempts = [
      { headers: grace, operations: [{ ...operation, payload: { title: 'other', body: 'b' } }] },
      { headers: grace, operations: [{ ...operation, recordId: 'other' }] },
      { headers: eve, operations: [operation] },
      { headers: eve, operations: [{ ...operation, payload: { title: 'other', body: 'b' } }] },
    ]
    for (const attempt of attempts) {
      const { results } = await pushed(server, { ...attempt, deviceId: maker.deviceId })
      expect([results[0]?.status, results[0]?.code, results[0]?.first]).toEqual(['rejected', 'ID_REUSED', undefined])
      expect(JSON.stringify(results)).not.toContain(secretText)
    }
    await neighbourhood.expectUnharmed()
  })

  test('[HR3] ids of another tenant are nobody’s: the same id there is another operation', async () => {
    const maker = freshMaker()
    const operation = maker.next({ ...create, recordId: maker.deviceId })
    await pushed(server, { headers: eve, deviceId: maker.deviceId, operations: [operation] })
    const foreign = await headersOf({ user: 'eve', tenant: 'globex' })
    const there = { ...operation, tenantId: 'globex' }
    const { results } = await pushed(server, { headers: foreign, deviceId: maker.deviceId, operations: [there] })
    expect(results[0]?.status).toBe('applied')
  })

  test('[HR4] a foreign record answers as one that does not exist, to every type of operation', async () => {
    const neighbourhood = await createRecordNeighbourhood(server)
    // Of the tenant `initech`, to whom both `acme` and `globex` are foreign.
    const mallory = await headersOf({ user: 'mallory', tenant: 'initech' })
    const answersFor = async (recordId: string) => {
      const maker = freshMaker('initech')
      const operations = [
        maker.next({ entityType: 'recipe', operationType: 'update', recordId, payload: { body: 'mine' }, baseVersion: 1 }),
        maker.next({ entityType: 'recipe', operationType: 'delete', recordId, baseVersion: 1 }),
      ]
      const { results } = await pushed(server, { headers: mallory, deviceId: maker.deviceId, operations })
      return results.map(({ operationId: _id, ...result }) => result)
    }
    const foreign = await answersFor(neighbourhood.recordId)
    expect(foreign).toEqual(await answersFor('never-was'))
    expect(foreign.map(({ code }) => code)).toEqual(['NOT_FOUND', 'NOT_FOUND'])
    await neighbourhood.expectUnharmed()
  })

  test('[HR5] a token that may only read, or not even that, changes nothing and sees nothing', async () => {
    const neighbourhood = await createRecordNeighbourhood(server)
    const reader = await headersOf({ user: 'reader', entities: [{ entity: 'recipe', access: 'read' }] })
    const stranger = await headersOf({ user: 'stranger', entities: [{ entity: 'product', access: 'write' }] })
    for (const headers of [reader, stranger]) {
      const maker = freshMaker()
      const operations = [
        maker.next({ entityType: 'recipe', operationType: 'delete', recordId: neighbourhood.recordId, baseVersion: 1 }),
      ]
      const { results } = await pushed(server, { headers, deviceId: maker.deviceId, operations })
      expect([results[0]?.status, results[0]?.code]).toEqual(['rejected', 'FORBIDDEN'])
      expect(headers === stranger && JSON.stringify(results).includes(secretText)).toBe(false)
    }
    await neighbourhood.expectUnharmed()
  })
})
