import type { JsonObject, RecordRow } from '@rejoin/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleEntry } from '../testing/sample-entry.ts'
import { stockSchema } from '../testing/test-records.ts'
import { foldPending } from './pending-view.ts'

const at = '2026-11-21T12:00:00.000Z'
const atMs = Date.parse(at)

const row = (facts: Partial<RecordRow> = {}): RecordRow => ({
  entityType: 'product',
  recordId: 'p1',
  version: 3,
  seq: 9,
  fields: { name: 'Beet', priceCents: 1 },
  isDeleted: false,
  clientCreatedAt: '2026-11-01T00:00:00.000Z',
  clientUpdatedAt: '2026-11-02T00:00:00.000Z',
  serverCreatedAt: at,
  serverUpdatedAt: at,
  ...facts,
})
const entry = (id: number, operationType: 'create' | 'update' | 'delete', payload: JsonObject = {}) =>
  sampleEntry(id, { operation: { operationType, payload, clientUpdatedAt: at } })
const fold = (confirmed: RecordRow | undefined, ...entries: readonly ReturnType<typeof entry>[]) =>
  foldPending(stockSchema, confirmed, entries)

const createdAt = Date.parse('2026-11-01T00:00:00.000Z')
const settled = {
  fields: row().fields,
  isDeleted: false,
  version: 3,
  isPending: false,
  createdAt,
  updatedAt: Date.parse('2026-11-02T00:00:00.000Z'),
}

test('[RV1] without anything pending a record is what the server has', () => {
  expect([fold(row()), fold(undefined)]).toEqual([settled, undefined])
})

test('[RV1] changes are laid over it in order', () => {
  expect(fold(row(), entry(1, 'update', { name: 'Leek', note: 'x' }), entry(2, 'update', { note: null, priceCents: 2 }))).toEqual(
    {
      ...settled,
      fields: { name: 'Leek', priceCents: 2 },
      isPending: true,
      updatedAt: atMs,
    },
  )
  expect(fold(row(), entry(1, 'delete'))).toEqual({ ...settled, isDeleted: true, isPending: true, updatedAt: atMs })
  expect(fold(undefined, entry(1, 'create', { name: 'New' }), entry(2, 'update', { name: 'Newer' }))).toEqual({
    fields: { name: 'Newer' },
    isDeleted: false,
    version: undefined,
    isPending: true,
    createdAt: atMs,
    updatedAt: atMs,
  })
})

test('[RV1] a create over a tombstone restores; over a record that is there it changes nothing that is shown', () => {
  const tombstone = row({ isDeleted: true })
  expect(fold(tombstone, entry(1, 'create', { name: 'Back' }))).toEqual({
    ...settled,
    fields: { name: 'Back' },
    isPending: true,
    updatedAt: atMs,
  })
  expect(fold(row(), entry(1, 'create', { name: 'Mine' }))).toEqual({ ...settled, isPending: true })
})

test('[RV7] an edit alone makes and resurrects nothing', () => {
  expect(fold(undefined, entry(1, 'update', { name: 'Ghost' }), entry(2, 'delete'))).toBeUndefined()
  expect(fold(row({ isDeleted: true }), entry(1, 'update', { name: 'Ghost' }))).toMatchObject({
    isDeleted: true,
    fields: row().fields,
  })
})

test('[RV7] what this version cannot read changes nothing that is shown', () => {
  const newer = sampleEntry(1, { operation: { schemaVersion: 9, payload: { name: 'From the future' } } })
  expect(fold(row(), newer)).toEqual({ ...settled, isPending: true })
  expect(fold(undefined, newer)).toBeUndefined()
})

test('[RV7] any entries over anything: never an error, a record only by a create, and a delete at the end hides it', () => {
  const change = fc.record({
    operationType: fc.constantFrom('create' as const, 'update' as const, 'delete' as const),
    payload: fc.dictionary(fc.constantFrom('name', 'note', 'priceCents', 'unknown'), fc.constantFrom('x', null, 3)),
  })
  fc.assert(
    fc.property(fc.array(change, { maxLength: 8 }), fc.boolean(), fc.boolean(), (changes, isThere, isDeleted) => {
      const confirmed = isThere ? row({ isDeleted }) : undefined
      const entries = changes.map(({ operationType, payload }, index) => entry(index + 1, operationType, payload))
      const view = fold(confirmed, ...entries)
      const isMade = isThere || changes.some(({ operationType }) => operationType === 'create')
      expect(view !== undefined).toBe(isMade)
      expect(view?.isPending ?? true).toBe(!isMade || entries.length > 0)
      const endsWithDelete = changes.at(-1)?.operationType === 'delete'
      expect(view === undefined || !endsWithDelete || view.isDeleted).toBe(true)
      expect(view?.version).toBe(confirmed?.version)
    }),
  )
})
