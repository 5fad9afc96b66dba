import type { AttentionItem } from '../../outbox/attention.ts'
import type { QueuedOperation } from '../../outbox/outbox-entry.ts'

/** A field of a kind of record. */
export interface FieldPlace {
  readonly entityType: string
  readonly field: string
}

/** What became of a person's typing. */
export type FieldReading =
  | { readonly type: 'value'; readonly value: unknown }
  /** One short sentence for the person. */
  | { readonly type: 'problem'; readonly message: string }

/** How a field is edited as text. */
export interface FieldEditing {
  /** Several lines. */
  readonly isLong: boolean
  readonly textOf: (value: unknown) => string
  readonly read: (text: string) => FieldReading
}

/** What an app calls its records. Parts do with the defaults; a person is helped by an app's own words. */
export interface RecordWords {
  /** `product`, `stock movement` */
  readonly nounOf: (entityType: string) => string
  /** Names a record for people; `undefined` where this device does not know it. */
  readonly nameOf: (entityType: string, recordId: string) => string | undefined
  /** Within a sentence: `price`. */
  readonly labelOf: (place: FieldPlace) => string
  /** A value as a person reads it, whatever it turns out to be: it may come from another version of the app. */
  readonly format: (place: FieldPlace, value: unknown) => string
  /** What a change does, where the plain "Change price of product Salt" does not say it; otherwise `undefined`. */
  readonly titleOf: (operation: QueuedOperation) => string | undefined
  /** `undefined`: not to be edited here. `value` is what the field holds now. */
  readonly editing: (place: FieldPlace, value: unknown) => FieldEditing | undefined
}

/** `stockMovement` → `stock movement`, `price_cents` → `price cents`. */
export function plainWords(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]+/g, ' ')
    .toLowerCase()
}

function formatPlainly(_place: FieldPlace, value: unknown): string {
  if (value === undefined || value === null || value === '') return '(nothing)'
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const editingText: Omit<FieldEditing, 'isLong'> = {
  textOf: String,
  read: (text) => ({ type: 'value', value: text }),
}

const editingNumber: FieldEditing = {
  isLong: false,
  textOf: String,
  read: (text) => {
    const value = Number(text.trim())
    return text.trim() === '' || !Number.isFinite(value)
      ? { type: 'problem', message: 'A number is needed' }
      : { type: 'value', value }
  },
}

const editingJson: FieldEditing = {
  isLong: true,
  textOf: (value) => JSON.stringify(value, undefined, 2),
  read: (text) => {
    try {
      const value: unknown = JSON.parse(text)
      return { type: 'value', value }
    } catch {
      return { type: 'problem', message: 'This is not JSON' }
    }
  },
}

/** Longer texts get several lines. */
const shortTextMax = 80

function editPlainly(_place: FieldPlace, value: unknown): FieldEditing {
  if (typeof value === 'number') return editingNumber
  if (typeof value !== 'string') return editingJson
  return { ...editingText, isLong: value.length > shortTextMax || value.includes('\n') }
}

/** For apps that say nothing: names from the code, values as they are. */
export const plainRecordWords: RecordWords = {
  nounOf: plainWords,
  nameOf: () => undefined,
  labelOf: ({ field }) => plainWords(field),
  format: formatPlainly,
  titleOf: () => undefined,
  editing: editPlainly,
}

/** The name of what an item is about, from wherever it can be had. */
export function nameOfItem({ entityType, recordId, serverState, operation, request }: AttentionItem, words: RecordWords): string {
  if (request !== undefined) return request.scene ?? request.title
  const fields = { ...operation?.payload, ...serverState?.fields }
  return words.nameOf(entityType, recordId) ?? nameIn(fields) ?? `a ${words.nounOf(entityType)}`
}

/** What records are usually called. */
export function nameIn({ name, title }: Readonly<Record<string, unknown>>): string | undefined {
  return [name, title].find((value): value is string => typeof value === 'string' && value !== '')
}
