import type { RecordWords } from '@rejoin/client/ui'
import { readField, textOfField } from './field-text.ts'
import { formatSigned } from './numbers.ts'
import { formatField, kindOf, labelOf, nounOf, type NameOf } from './record-words.ts'

/** What the client's parts call the records of the stock room. */
export function recordWordsOf(nameOf: NameOf): Partial<RecordWords> {
  return {
    nounOf,
    nameOf,
    labelOf: ({ entityType, field }) => labelOf(entityType, field),
    format: (place, value) => formatField(place, value, nameOf),
    titleOf: ({ entityType, payload: { productId, quantity } }) =>
      entityType === 'stockMovement' && typeof productId === 'string' && typeof quantity === 'number'
        ? `${formatSigned(quantity)} ${nameOf('product', productId) ?? 'of a product'}`
        : undefined,
    editing: ({ entityType, field }) => {
      const kind = kindOf(entityType, field)
      if (kind === 'product') return undefined
      return { isLong: kind === 'longText', textOf: (value) => textOfField(kind, value), read: (text) => readField(kind, text) }
    },
  }
}
