import { sampleEntry } from '@rejoin/client/testing'
import { expect, test } from 'vitest'
import { schema } from '../../schema.ts'
import { addExamples } from './examples.ts'
import { changedFields } from './changed-fields.ts'
import { formatField, kindOf, labelOf, nounOf } from './record-words.ts'
import { recordWordsOf } from './record-words-of.ts'
import type { StockClient } from './stock-records.ts'

test('[SK10] only what differs is written', () => {
  const before = { title: 'Borscht', body: 'Beetroots.' }
  expect(changedFields(before, { ...before })).toEqual({})
  expect(changedFields(before, { ...before, body: '' })).toEqual({ body: '' })
})

test('[SK6] every entity and field of the schema has words of its own', () => {
  const known = Object.entries(schema.entities).flatMap(([name, { fields }]) =>
    Object.keys(fields.shape).map((field) => `${nounOf(name)}: ${labelOf(name, field)}, ${kindOf(name, field)}`),
  )
  expect(known).toEqual([
    'product: name, text',
    'product: price, money',
    'product: target, whole',
    'movement: product, product',
    'movement: quantity, signed',
    'movement: note, text',
    'recipe: title, text',
    'recipe: text, longText',
  ])
})

test('[SK6] what this version of the page does not know is shown as it is', () => {
  const nowhere = () => undefined
  const show = (field: string, value: unknown) => formatField({ entityType: 'voucher', field }, value, nowhere)
  expect([nounOf('voucher'), labelOf('voucher', 'worth')]).toEqual(['voucher', 'worth'])
  expect([show('worth', 7), show('worth', -7), show('of', 'x'), show('of', { a: 1 }), show('of', null)]).toEqual([
    '7',
    '−7',
    'x',
    '{"a":1}',
    '(nothing)',
  ])
  expect(formatField({ entityType: 'stockMovement', field: 'productId' }, 'p1', nowhere)).toBe('a product that is not here')
})

test('[SK8] a movement is told by what it moves; which product it is about is not edited', () => {
  const { titleOf, editing } = recordWordsOf((_entityType, recordId) => (recordId === 'salt' ? 'Salt' : undefined))
  const movement = (productId: string, quantity: number) =>
    titleOf?.(
      sampleEntry(1, {
        operation: { operationType: 'create', entityType: 'stockMovement', payload: { productId, quantity, note: '' } },
      }).operation,
    )
  const price = sampleEntry(2, { operation: { payload: { priceCents: 350 } } }).operation
  expect([movement('salt', -3), movement('p', 3), titleOf?.(price)]).toEqual(['−3 Salt', '+3 of a product', undefined])
  const edit = (entityType: string, field: string, text: string) => editing?.({ entityType, field }, undefined)?.read(text)
  expect(edit('stockMovement', 'productId', 'p')).toBeUndefined()
  expect(edit('product', 'priceCents', '3.50')).toEqual({ type: 'value', value: 350 })
})

test('[SK12] the examples pass the schema, and their movements name their products', async () => {
  const made: { readonly entity: string; readonly fields: object }[] = []
  const collection = (entity: 'product' | 'stockMovement' | 'recipe') => ({
    create: async (fields: object) => {
      made.push({ entity, fields: schema.entities[entity].fields.parse(fields) })
      return { id: `id ${made.length}` }
    },
  })
  const records = { product: collection('product'), stockMovement: collection('stockMovement'), recipe: collection('recipe') }
  // As much of a collection as the examples use.
  await addExamples(records as unknown as StockClient['records'])
  const [product, ...rest] = made
  expect(product).toEqual({ entity: 'product', fields: { name: 'Buckwheat flour', priceCents: 340, quantity: 12 } })
  expect(rest.slice(0, 2).map(({ fields }) => fields)).toEqual([
    { productId: 'id 1', quantity: 12, note: 'Opening stock' },
    { productId: 'id 1', quantity: -4, note: '' },
  ])
  expect(made.map(({ entity }) => entity).filter((entity) => entity !== 'stockMovement')).toEqual([
    ...Array.from({ length: 4 }, () => 'product'),
    'recipe',
    'recipe',
  ])
})
