import { formatMoney, formatSigned, formatWhole } from './numbers.ts'

/** How a field is shown and edited. */
export type FieldKind = 'text' | 'longText' | 'money' | 'whole' | 'signed' | 'product'

interface FieldFacts {
  /** Within a sentence. */
  readonly label: string
  readonly kind: FieldKind
}

interface EntityFacts {
  readonly noun: string
  readonly fields: Readonly<Record<string, FieldFacts>>
}

const entities: Readonly<Record<string, EntityFacts>> = {
  product: {
    noun: 'product',
    fields: {
      name: { label: 'name', kind: 'text' },
      priceCents: { label: 'price', kind: 'money' },
      quantity: { label: 'target', kind: 'whole' },
    },
  },
  stockMovement: {
    noun: 'movement',
    fields: {
      productId: { label: 'product', kind: 'product' },
      quantity: { label: 'quantity', kind: 'signed' },
      note: { label: 'note', kind: 'text' },
    },
  },
  recipe: {
    noun: 'recipe',
    fields: { title: { label: 'title', kind: 'text' }, body: { label: 'text', kind: 'longText' } },
  },
}

/** Names a record for people; `undefined` where this device does not know it. */
export type NameOf = (entityType: string, recordId: string) => string | undefined

/** A word for a kind of record. One that this version of the page does not know is called by its own name. */
export function nounOf(entityType: string): string {
  return entities[entityType]?.noun ?? entityType
}

export function labelOf(entityType: string, field: string): string {
  return entities[entityType]?.fields[field]?.label ?? field
}

export function kindOf(entityType: string, field: string): FieldKind {
  return entities[entityType]?.fields[field]?.kind ?? 'text'
}

/** A value as a person reads it, whatever it turns out to be: it may come from another version of the page. */
export function formatField(
  place: { readonly entityType: string; readonly field: string },
  value: unknown,
  nameOf: NameOf,
): string {
  if (value === undefined || value === null || value === '') return '(nothing)'
  const kind = kindOf(place.entityType, place.field)
  if (typeof value === 'number') return formatNumber(kind, value)
  if (typeof value !== 'string') return JSON.stringify(value)
  return kind === 'product' ? (nameOf('product', value) ?? 'a product that is not here') : value
}

function formatNumber(kind: FieldKind, value: number): string {
  if (kind === 'money') return formatMoney(value)
  return kind === 'signed' ? formatSigned(value) : formatWhole(value)
}
