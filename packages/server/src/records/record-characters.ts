import type { StoredRecord } from './record-store.ts'

const charactersOfSmallValue = 8

/** About how long its fields are as JSON, without making that. */
export function charactersOf({ fields }: Pick<StoredRecord, 'fields'>): number {
  let characters = 0
  for (const value of Object.values(fields)) {
    if (typeof value === 'string') characters += value.length
    else if (typeof value === 'object' && value !== null) characters += JSON.stringify(value).length
    else characters += charactersOfSmallValue
  }
  return characters
}
