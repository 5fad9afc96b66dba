import type { Movement, Product } from './stock-records.ts'

/** A product beside what the movements say of it. */
export interface ProductLine {
  readonly product: Product
  /** The sum of its movements. */
  readonly inStock: number
  /** A movement of it is not settled by the server yet. */
  readonly hasPendingMovement: boolean
  /** How many are missing of what the shelf should hold. */
  readonly missing: number
}

interface Level {
  readonly sum: number
  readonly hasPending: boolean
}

const none: Level = { sum: 0, hasPending: false }

/** Movements are only ever added up: two devices that both took something out are both counted. */
function levelByProduct(movements: readonly Movement[]): ReadonlyMap<string, Level> {
  const levels = new Map<string, Level>()
  for (const { productId, quantity, meta } of movements) {
    const { sum, hasPending } = levels.get(productId) ?? none
    levels.set(productId, { sum: sum + quantity, hasPending: hasPending || meta.isPending })
  }
  return levels
}

const byName = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

/** In order of their names, equal ones by id: alike on every device. */
export function listProducts(products: readonly Product[], movements: readonly Movement[]): readonly ProductLine[] {
  const levels = levelByProduct(movements)
  return products
    .map((product): ProductLine => {
      const { sum, hasPending } = levels.get(product.id) ?? none
      return { product, inStock: sum, hasPendingMovement: hasPending, missing: Math.max(0, product.quantity - sum) }
    })
    .toSorted((a, b) => byName.compare(a.product.name, b.product.name) || (a.product.id < b.product.id ? -1 : 1))
}

/** Newest first, equal times by id: alike on every device. */
export function listMovements(movements: readonly Movement[], productId: string | undefined): readonly Movement[] {
  return movements
    .filter((movement) => productId === undefined || movement.productId === productId)
    .toSorted((a, b) => b.meta.createdAt - a.meta.createdAt || (a.id < b.id ? 1 : -1))
}
