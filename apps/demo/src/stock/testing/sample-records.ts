import type { Movement, Product } from '../model/stock-records.ts'

const meta = { version: 1, isPending: false, isDeleted: false, createdAt: 0, updatedAt: 0 }

export function sampleProduct(fields: Partial<Product>): Product {
  return { id: 'salt', name: 'Salt', priceCents: 320, quantity: 0, meta, ...fields }
}

export function sampleMovement({
  createdAt = 0,
  isPending = false,
  ...fields
}: Partial<Movement> & { readonly createdAt?: number; readonly isPending?: boolean }): Movement {
  return { id: 'm', productId: 'salt', quantity: 1, note: '', meta: { ...meta, createdAt, isPending }, ...fields }
}
