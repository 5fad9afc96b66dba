import fc from 'fast-check'
import { expect, test } from 'vitest'
import { operationSchema } from './operation.ts'
import { isUsualOperation, readOperation } from './read-operation.ts'

const uuid = '018f0000-0000-7000-8000-000000000001'
const create = {
  operationId: uuid,
  deviceId: 'device-1',
  deviceSeq: 1,
  entityType: 'product',
  operationType: 'create',
  recordId: 'r1',
  payload: { name: 'Beet' },
  baseVersion: null,
  clientUpdatedAt: '2026-11-21T00:00:00.000Z',
  tenantId: 'acme',
  schemaVersion: 1,
}
const update = { ...create, operationType: 'update', baseVersion: 3, priority: 'HIGH', groupId: 'g' }
const keys = [...Object.keys(update), 'retryOf', 'other', '__proto__', 'constructor']

const strange = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, true, NaN, Infinity, -0, 0, -1, 1.5, 2 ** 53, [], ['a'], {}, { a: NaN }, new Date(0)),
  fc.constantFrom('', 'a', 'é', '\u0000', '\ud800', 'a b', 'delete', 'LOW', 'x'.repeat(64), 'x'.repeat(129), 'x'.repeat(300)),
  fc.constantFrom(uuid, uuid.toUpperCase(), uuid.replace('7000', '9000'), uuid.replace('8000', 'c000'), `${uuid}\n`),
  fc.constantFrom('2026-02-30T00:00:00.000Z', '2026-02-28T24:00:00.000Z', '2026-11-21T00:00:00Z', '2026-11-21T01:00:00+01:00'),
  fc.constantFrom('0000-01-01T00:00:00.000Z', '2026-11-21T00:00:00.000Z\n', '2026-11-21T00:00:60.000Z'),
  fc.jsonValue(),
)

/** As JSON brings it: `__proto__` is a member like others. */
function withMember(operation: object, key: string, value: unknown): object {
  const made = { ...operation }
  Object.defineProperty(made, key, { value, enumerable: true, configurable: true, writable: true })
  return made
}

test('[SW6] the quick look at an operation and the schema say the same, whatever one member of it is', () => {
  fc.assert(
    fc.property(fc.constantFrom(create, update), fc.constantFrom(...keys), strange, (operation, key, value) => {
      const changed = withMember(operation, key, value)
      const [read, parsed] = [readOperation(changed), operationSchema.safeParse(changed)]
      expect([read.success, read.data]).toEqual([parsed.success, parsed.data])
      expect(read.error?.issues).toEqual(parsed.error?.issues)
    }),
    { numRuns: 3_000 },
  )
})

test('[SW6] without a member, or where there is none at all, it says what the schema says', () => {
  for (const key of Object.keys(update)) {
    const rest = Object.fromEntries(Object.entries(update).filter(([name]) => name !== key))
    expect([key, readOperation(rest).data]).toEqual([key, operationSchema.safeParse(rest).data])
  }
  for (const none of [undefined, null, 1, 'operation', [], [create]]) expect(readOperation(none).success).toBe(false)
})

test('[SW6] what devices write is seen to be right at a glance; without its tenant it waits, and cannot be sent', () => {
  const { tenantId: _tenant, ...waiting } = update
  expect([create, update, waiting].map(isUsualOperation)).toEqual([true, true, true])
  expect([create, update, waiting].map((operation) => readOperation(operation).success)).toEqual([true, true, false])
  expect(readOperation(create).data).toBe(create)
})
