import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import * as mini from 'zod/mini'
import { appendOnly } from '../policies/append-only.ts'
import { lastWriteWins } from '../policies/last-write-wins.ts'
import { checkCreate, checkUpdate, toPayload } from './check-fields.ts'
import { entity } from './entity.ts'
import { migrateChange } from './migrate-change.ts'
import { defineSchema, type CreateInput, type FieldsOf, type MigratableChange, type UpdateInput } from './schema.ts'

const product = entity({
  fields: z.object({
    name: z.string().min(1),
    priceCents: z.int().nonnegative(),
    unit: z.string().default('piece'),
    note: z.string().optional(),
    shelf: z.string().nullable().optional(),
  }),
  policy: lastWriteWins({ by: 'field' }),
  indexes: ['name'],
  nameOf: ({ name }) => name,
})
const movement = entity({
  fields: mini.object({ productId: mini.string(), quantity: mini.int() }),
  policy: appendOnly(),
  references: { productId: 'product' },
  priority: 'HIGH',
})

describe('a schema', () => {
  const schema = defineSchema({ version: 1, entities: { product, movement } })

  test('[SC1] gives the types of records and inputs on both sides, from zod and from zod/mini', () => {
    type Product = FieldsOf<(typeof schema)['entities']['product']>
    expectTypeOf<Product['unit']>().toEqualTypeOf<string>()
    expectTypeOf<Product['note']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<CreateInput<typeof product>['unit']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<UpdateInput<typeof product>['priceCents']>().toEqualTypeOf<number | undefined>()
    expectTypeOf<FieldsOf<typeof movement>>().toEqualTypeOf<{ productId: string; quantity: number }>()
    expect(Object.keys(schema.entities)).toEqual(['product', 'movement'])
  })

  test('[SC2] fills in what an entity leaves out', () => {
    expect(movement).toMatchObject({ references: { productId: 'product' }, indexes: [], priority: 'HIGH' })
    expect(product).toMatchObject({ references: {}, indexes: ['name'], priority: 'NORMAL' })
    expect(schema.migrations).toEqual({})
  })

  const fields = z.object({ a: z.string() })
  const policy = appendOnly()
  test.each([
    ['a schema version is a whole number from 1', () => defineSchema({ version: 0, entities: {} })],
    ['"Product" cannot name an entity', () => defineSchema({ version: 1, entities: { Product: product } })],
    ['"__proto__" cannot name an entity', () => defineSchema({ version: 1, entities: { ['__proto__']: product } })],
    [
      'taken by the record itself',
      () => defineSchema({ version: 1, entities: { x: entity({ fields: z.object({ id: z.string() }), policy }) } }),
    ],
    ['x.b is no field', () => defineSchema({ version: 1, entities: { x: entity({ fields, policy, indexes: ['b'] }) } })],
    [
      'which is no entity',
      () => defineSchema({ version: 1, entities: { x: entity({ fields, policy, references: { a: 'y' } }) } }),
    ],
    [
      'a check across fields cannot hold for an update',
      () => defineSchema({ version: 1, entities: { x: entity({ fields: fields.refine(() => true), policy }) } }),
    ],
  ])('[SC3] is refused: %s', (message, define) => {
    expect(define).toThrow(message)
  })

  test('[SC4] migrates a queued change through every version in between, and leaves newer ones alone', () => {
    const rename = (from: string, to: string) => (change: MigratableChange) => {
      const { [from]: value, ...rest } = change.payload
      return { ...change, payload: value === undefined ? rest : { ...rest, [to]: value } }
    }
    const migrated = defineSchema({
      version: 4,
      entities: { product },
      migrations: { 2: rename('title', 'label'), 4: rename('label', 'name') },
    })
    const change: MigratableChange = { entityType: 'product', operationType: 'update', payload: { title: 'Salt' } }
    expect(migrateChange(migrated, change, 1)).toEqual({ ...change, payload: { name: 'Salt' } })
    expect(migrateChange(migrated, change, 2)).toEqual(change)
    expect(migrateChange(migrated, change, 4)).toEqual(change)
  })
})

describe('fields', () => {
  test('[SC5] of a create are checked whole, with defaults filled in', () => {
    expect(checkCreate(product, { name: 'Salt', priceCents: 5, note: undefined })).toEqual({
      type: 'valid',
      change: { payload: { name: 'Salt', priceCents: 5, unit: 'piece' }, removedFields: [] },
    })
    expect(checkCreate(movement, { productId: 'p', quantity: -2 })).toEqual({
      type: 'valid',
      change: { payload: { productId: 'p', quantity: -2 }, removedFields: [] },
    })
  })

  test('[SC6] of an update are checked one by one; defaults stay out', () => {
    expect(checkUpdate(product, { priceCents: 7 })).toEqual({
      type: 'valid',
      change: { payload: { priceCents: 7 }, removedFields: [] },
    })
  })

  test('[SC6] an optional field is taken away by undefined, and by null where it is not nullable', () => {
    const removal = checkUpdate(product, { note: null, shelf: null })
    expect(removal).toEqual({ type: 'valid', change: { payload: { shelf: null }, removedFields: ['note'] } })
    expect(checkUpdate(product, { shelf: undefined })).toMatchObject({ change: { removedFields: ['shelf'] } })
    expect(removal.type === 'valid' && toPayload(removal.change)).toEqual({ shelf: null, note: null })
    expect(checkUpdate(product, { name: undefined }).type).toBe('invalid')
    expect(checkUpdate(product, { unit: undefined }).type).toBe('valid')
  })

  test.each([
    ['an unknown field', { name: 'a', priceCents: 1, color: 'red' }, ['color']],
    ['a wrong type', { name: 1, priceCents: '1' }, ['name', 'priceCents']],
    ['NaN', { name: 'a', priceCents: Number.NaN }, ['priceCents']],
    ['a prototype as a field', JSON.parse('{"name":"a","priceCents":1,"__proto__":{}}'), ['__proto__']],
  ])('[SC7] %s is refused with the field it is about, and no value is told', (_what, payload, fields) => {
    const checked = checkCreate(product, payload)
    expect(checked.type === 'invalid' && checked.problems.map(({ field }) => field)).toEqual(fields)
    expect(JSON.stringify(checked)).not.toContain('red')
  })

  test('[SC7] an update with an unknown field, a wrong type or a prototype is refused', () => {
    const bad = [{ color: 'red' }, { name: 1 }, { priceCents: Number.NaN }, JSON.parse('{"__proto__":{}}')]
    expect(bad.map((payload) => checkUpdate(product, payload).type)).toEqual(bad.map(() => 'invalid'))
    expect(checkCreate(product, {}).type).toBe('invalid')
  })

  test('[SC7] what a schema lets through and JSON cannot carry is refused', () => {
    const dated = entity({ fields: z.object({ at: z.date(), deep: z.unknown() }), policy: appendOnly() })
    const nested = Array.from({ length: 40 }).reduce<unknown>((inside) => [inside], 0)
    const checked = checkCreate(dated, { at: new Date(0), deep: nested })
    expect(checked.type === 'invalid' && checked.problems.map(({ field }) => field)).toEqual(['at', 'deep'])
  })
})
