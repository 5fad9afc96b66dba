import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleMovement, sampleProduct } from '../testing/sample-records.ts'
import { listMovements, listProducts } from './stock-level.ts'

const movements = fc.array(
  fc.record({ id: fc.uuid(), productId: fc.constantFrom('salt', 'oil'), quantity: fc.integer({ min: -50, max: 50 }) }),
)

test('[SK1] in stock is the sum of the movements, in whatever order they come', () => {
  fc.assert(
    fc.property(movements, fc.infiniteStream(fc.nat()), (fields, order) => {
      const made = fields.map((field) => sampleMovement(field))
      const shuffled = made.map((movement) => ({ movement, rank: order.next().value })).toSorted((a, b) => a.rank - b.rank)
      const products = [sampleProduct({ id: 'salt' }), sampleProduct({ id: 'oil' })]
      const lines = listProducts(products, made)
      expect(
        listProducts(
          products,
          shuffled.map(({ movement }) => movement),
        ),
      ).toEqual(lines)
      for (const { product, inStock } of lines) {
        const own = made.filter(({ productId }) => productId === product.id)
        expect(inStock).toBe(own.reduce((sum, { quantity }) => sum + quantity, 0))
      }
    }),
  )
})

test('[SK1] what is missing is told, what is over is not, and a pending movement marks its product', () => {
  const lines = listProducts(
    [
      sampleProduct({ id: 'a', name: 'Apples', quantity: 10 }),
      sampleProduct({ id: 'b', name: 'Bread', quantity: 2 }),
      sampleProduct({ id: 'c', name: 'Cheese' }),
    ],
    [
      sampleMovement({ productId: 'a', quantity: 4 }),
      sampleMovement({ productId: 'a', quantity: -1, isPending: true }),
      sampleMovement({ productId: 'b', quantity: 5 }),
      sampleMovement({ productId: 'c', quantity: -3 }),
      sampleMovement({ productId: 'unknown', quantity: 9 }),
    ],
  )
  expect(lines.map(({ product, ...rest }) => ({ name: product.name, ...rest }))).toEqual([
    { name: 'Apples', inStock: 3, hasPendingMovement: true, missing: 7 },
    { name: 'Bread', inStock: 5, hasPendingMovement: false, missing: 0 },
    { name: 'Cheese', inStock: -3, hasPendingMovement: false, missing: 3 },
  ])
})

test('[SK2] products go by name and then by id, numbers in names by their size', () => {
  const names = ['bread 10', 'Bread 9', 'apples', 'Äpfel']
  const products = [
    ...names.map((name, index) => sampleProduct({ id: `p${index}`, name })),
    sampleProduct({ id: 'p9', name: 'apples' }),
  ]
  const listed = (all: typeof products) => listProducts(all, []).map(({ product }) => product.id)
  expect(listed(products)).toEqual(['p3', 'p2', 'p9', 'p1', 'p0'])
  expect(listed(products.toReversed())).toEqual(listed(products))
})

test('[SK2] movements go newest first and then by id, of one product where one is chosen', () => {
  const made = [
    sampleMovement({ id: 'a', createdAt: 1 }),
    sampleMovement({ id: 'b', createdAt: 2, productId: 'oil' }),
    sampleMovement({ id: 'c', createdAt: 2 }),
  ]
  expect(listMovements(made, undefined).map(({ id }) => id)).toEqual(['c', 'b', 'a'])
  expect(listMovements(made.toReversed(), undefined)).toEqual(listMovements(made, undefined))
  expect(listMovements(made, 'salt').map(({ id }) => id)).toEqual(['c', 'a'])
})
