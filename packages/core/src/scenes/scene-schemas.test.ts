import { expect, test } from 'vitest'
import { readSceneOperation } from './read-scene-operation.ts'
import { defaultRetryConfig, retryConfigSchema } from './retry-config.ts'
import { sceneLimits } from './scene-limits.ts'
import { sceneSyncRequestSchema } from './scene-sync.ts'

const common = { operationId: '0199a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b', clientId: 'tablet', timestamp: 1_000 }
const element = { id: 'a', kind: 'rectangle', x: 1, y: 2, width: 3, height: 4, updatedAt: 1_000 }
const update = { type: 'UpdateElement', ...common, id: 'a', changes: { x: 5 } }
const own = (text: string): unknown => JSON.parse(text)

test.each([
  [
    'AddElement',
    { type: 'AddElement', ...common, element: { ...element, points: [0, 0.5], label: { text: 'hello' }, link: null } },
  ],
  ['UpdateElement', { ...update, changes: { x: 5, label: null }, baseUpdatedAt: 900 }],
  ['RemoveElement', { type: 'RemoveElement', ...common, id: 'a' }],
  ['Interaction', { type: 'Interaction', ...common, kind: 'pointed', at: { x: 1, y: -1 } }],
])('[CE1] %s is read as it was sent, the fields that only the app knows too', (_type, operation) => {
  expect(readSceneOperation(operation)).toEqual({ type: 'read', operation })
})

const nested = (depth: number) => Array.from({ length: depth }).reduce<unknown>((inside) => [inside], 0)

test.each([
  ['no object', [update], 'an operation is a JSON object'],
  ['an unknown type', { ...update, type: 'Explode' }, 'type'],
  ['an id that is no UUID', { ...update, operationId: 'one' }, 'operationId'],
  ['a field of its own making', { ...update, sudo: true }, 'Unrecognized key'],
  ['a time that is no time', { ...update, timestamp: 1e300 }, 'timestamp'],
  ['no client', { ...update, clientId: '' }, 'clientId'],
  ['an element id of 65 characters', { ...update, id: 'x'.repeat(65) }, 'id'],
  ['a prototype as an element id', { ...update, id: '__proto__' }, 'id an element id'],
  ['a constructor as an element id', { type: 'RemoveElement', ...common, id: 'constructor' }, 'id an element id'],
  ['another id for an element', { ...update, changes: { id: 'b' } }, 'changes.id an element keeps its id'],
  ['a prototype among the fields', own(JSON.stringify(update).replace('"x"', '"__proto__"')), 'an operation is a JSON object'],
  ['a control character in a field', { ...update, changes: { 'a\nb': 1 } }, 'changes at most'],
  ['a field of 65 characters', { ...update, changes: { ['x'.repeat(65)]: 1 } }, 'changes at most'],
  [
    '257 fields',
    { ...update, changes: Object.fromEntries(Array.from({ length: 257 }, (_, n) => [`f${n}`, n])) },
    'changes at most',
  ],
  ['a coordinate beyond the scene', { ...update, changes: { x: 1e300 } }, 'changes.x'],
  ['NaN', { ...update, changes: { opacity: Number.NaN } }, 'an operation is a JSON object'],
  ['a negative width', { ...update, changes: { width: -1 } }, 'changes.width'],
  ['a value nested too deep', { ...update, changes: { points: nested(100_000) } }, 'an operation is a JSON object'],
  [
    'an element without its height',
    { type: 'AddElement', ...common, element: { ...element, height: undefined } },
    'an operation is',
  ],
])('[CE2] refused with a sentence that names the place: %s', (_what, operation, message) => {
  expect(readSceneOperation(operation)).toEqual({
    type: 'refused',
    code: 'VALIDATION_ERROR',
    message: expect.stringMatching(new RegExp(`^.{0,30}${message}`)),
  })
})

test('[CE2] an operation that is too large is told so', () => {
  const changes = { text: 'x'.repeat(sceneLimits.operationCharactersMax) }
  expect(readSceneOperation({ ...update, changes })).toMatchObject({ type: 'refused', code: 'TOO_LARGE' })
})

test('[CE3] a bad operation does not spoil the request it came in', () => {
  const request = { operations: [update, { nonsense: true }], strategy: 'localWins' }
  expect(sceneSyncRequestSchema.parse(request)).toEqual(request)
  expect(sceneSyncRequestSchema.safeParse({ ...request, strategy: 'coinToss' }).success).toBe(false)
})

test('[CE8] three retries, from 100 ms to 5 s, each twice as late, unless somebody says otherwise', () => {
  expect(retryConfigSchema.parse(defaultRetryConfig)).toEqual({
    maxRetries: 3,
    initialDelayMs: 100,
    maxDelayMs: 5_000,
    multiplier: 2,
  })
})
