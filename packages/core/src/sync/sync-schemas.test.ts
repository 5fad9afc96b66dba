import { expect, test } from 'vitest'
import { operationSchema } from './operation.ts'
import { isResultCode, resultCodeTable } from './result-code.ts'
import { syncRequestSchema } from './sync-request.ts'

const operation = {
  operationId: '0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b',
  deviceId: 'device-1',
  deviceSeq: 1,
  entityType: 'product',
  operationType: 'create',
  recordId: 'salt',
  payload: { name: 'Salt' },
  baseVersion: null,
  clientUpdatedAt: '2026-11-21T10:00:00.000Z',
  tenantId: 'default',
  schemaVersion: 1,
}

test('[SW1] an operation is what DESIGN says; payload and base may be left out', () => {
  expect(operationSchema.parse(operation)).toEqual(operation)
  const { payload: _payload, baseVersion: _baseVersion, ...removal } = operation
  expect(operationSchema.parse({ ...removal, operationType: 'delete' })).toMatchObject({ payload: {}, baseVersion: null })
})

test('[SW1] any UUID may name an operation, and a priority nobody knows is none', () => {
  const other = { ...operation, operationId: '7f2c1a50-6c1e-4c8f-9a51-0c1d2e3f4a5b', priority: 'whenever' }
  expect(operationSchema.parse(other)).toEqual({ ...other, priority: undefined })
})

test('[SW1] a tenant has as many characters as a token may give it', () => {
  expect(operationSchema.safeParse({ ...operation, tenantId: 'x'.repeat(256) }).success).toBe(true)
})

test.each([
  ['an id that is no UUID', { operationId: 'operation-1' }],
  ['a number before the first', { deviceSeq: 0 }],
  ['a device id with a slash', { deviceId: 'a/b' }],
  ['an empty record id', { recordId: '' }],
  ['a tenant of 257 characters', { tenantId: 'x'.repeat(257) }],
  ['a control character', { recordId: 'a\nb' }],
  ['an unknown type', { operationType: 'upsert' }],
  ['a local time', { clientUpdatedAt: '2026-11-21 10:00' }],
  ['a payload that is no object', { payload: [1] }],
  ['a prototype in the payload', { payload: JSON.parse('{"__proto__":{"a":1}}') }],
  ['a field of its own making', { color: 'red' }],
])('[SW2] refused: %s', (_what, change) => {
  expect(operationSchema.safeParse({ ...operation, ...change }).success).toBe(false)
})

test('[SW3] a bad operation does not spoil the request it came in', () => {
  const request = {
    deviceId: 'device-1',
    sentAt: '2026-11-21T10:00:00.000Z',
    ackedThrough: 0,
    operations: [operation, { nonsense: true }],
  }
  expect(syncRequestSchema.parse(request).operations).toHaveLength(2)
  expect(syncRequestSchema.safeParse({ ...request, extra: 1 }).success).toBe(false)
})

test('[SW4] codes are those of the table alone', () => {
  expect(Object.keys(resultCodeTable).every(isResultCode)).toBe(true)
  expect(['toString', '__proto__', 'OK', 5, undefined].some(isResultCode)).toBe(false)
})
