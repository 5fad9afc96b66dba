import { editableMoney, formatSigned, parseMoney, parseWhole } from './numbers.ts'
import type { FieldKind } from './record-words.ts'

/** The text that a person edits. */
export function textOfField(kind: FieldKind, value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'number') return ''
  if (kind === 'money') return editableMoney(value)
  return kind === 'signed' ? formatSigned(value) : String(value)
}

export type FieldReading =
  | { readonly type: 'value'; readonly value: string | number }
  | { readonly type: 'problem'; readonly message: string }

const problem = (message: string): FieldReading => ({ type: 'problem', message })
const value = (read: string | number): FieldReading => ({ type: 'value', value: read })

/** What the text says; a sentence where it says nothing that the field can hold. */
export function readField(kind: FieldKind, text: string): FieldReading {
  switch (kind) {
    case 'money': {
      const cents = parseMoney(text)
      return cents === undefined ? problem('An amount such as 3.20') : value(cents)
    }
    case 'whole': {
      const whole = parseWhole(text)
      return whole === undefined || whole < 0 ? problem('A whole number from 0') : value(whole)
    }
    case 'signed': {
      const whole = parseWhole(text)
      return whole === undefined || whole === 0 ? problem('A whole number such as +12 or −3') : value(whole)
    }
    case 'text':
      return value(text.trim())
    case 'longText':
    case 'product':
      return value(text)
  }
}
