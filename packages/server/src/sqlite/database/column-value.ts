import { DocumentStoreError } from '../../document-log/document-store-error.ts'

/** Values read from the database are checked like everything from outside: a damaged page can hold anything. */
export function integerOf(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw unexpected('an integer', value)
}

export function optionalIntegerOf(value: unknown): number | undefined {
  return value === null ? undefined : integerOf(value)
}

export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  throw unexpected('a text', value)
}

export function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw unexpected('a blob', value)
}

function unexpected(wanted: string, value: unknown): DocumentStoreError {
  return new DocumentStoreError('corrupt', `the database holds ${value === null ? 'null' : typeof value} where ${wanted} belongs`)
}
