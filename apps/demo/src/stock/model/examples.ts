import type { StockClient } from './stock-records.ts'

const products = [
  { name: 'Buckwheat flour', priceCents: 340, quantity: 12, moves: [12, -4] },
  { name: 'Olive oil', priceCents: 1_290, quantity: 10, moves: [14, -2, -1] },
  { name: 'Sea salt', priceCents: 320, quantity: 20, moves: [24, -3] },
  { name: 'Wildflower honey', priceCents: 780, quantity: 8, moves: [6] },
] as const

const recipes = [
  {
    title: 'Borscht',
    body: 'Roast the beetroots whole. Simmer with cabbage, carrot and a bay leaf for 40 minutes.\nSour cream and dill at the table.',
  },
  { title: 'Buckwheat crêpes', body: 'Whisk 250 g flour, 600 ml water, an egg and salt. Rest one hour. Thin, hot, quick.' },
] as const

/** Something to look at and to change, written one after the other so that every device lists it alike. */
export async function addExamples({ product, stockMovement, recipe }: StockClient['records']): Promise<void> {
  for (const { moves, ...fields } of products) {
    const { id } = await product.create(fields)
    for (const [index, quantity] of moves.entries())
      await stockMovement.create({ productId: id, quantity, note: index === 0 ? 'Opening stock' : '' })
  }
  for (const fields of recipes) await recipe.create(fields)
}
