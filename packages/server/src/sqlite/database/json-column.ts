import type { JsonObject } from '@rejoin/core'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'

/** What was stored as JSON; text that is none is damage, never an empty value. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new DocumentStoreError('corrupt', 'the database holds something else where JSON belongs', { cause: error })
  }
}

/** Only what this server has checked and written is read here, so that its members are not checked again. */
export function jsonObjectOf(text: string): JsonObject {
  const value = jsonOf(text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw new DocumentStoreError('corrupt', 'the database holds something else where a JSON object belongs')
}
