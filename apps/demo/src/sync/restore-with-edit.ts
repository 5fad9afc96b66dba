import type { AttentionItem } from '@rejoin/client'
import type { StockClient } from '../stock/model/stock-records.ts'

/**
 * Brings a record back that somebody else deleted while this person edited it, with their edit on top. An edit alone never resurrects, so
 * it is a restore and an edit; the item goes only when the device has both.
 */
export async function restoreWithEdit({ records, attention }: StockClient, { id, operation }: AttentionItem): Promise<void> {
  if (operation === undefined) return
  const { recordId, payload } = operation
  switch (operation.entityType) {
    case 'product':
      await records.product.restore(recordId)
      await records.product.update(recordId, payload)
      break
    case 'recipe':
      await records.recipe.restore(recordId)
      await records.recipe.update(recordId, payload)
      break
    default:
      throw new Error(`a ${operation.entityType} cannot be brought back`)
  }
  await attention.discard(id)
}
