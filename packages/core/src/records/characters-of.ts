import type { JsonObject } from './json-value.ts'

const charactersOfSmallValue = 8

/** About how long fields are as JSON, without making that: what `recordCharactersMax` is about. */
export function charactersOf(fields: JsonObject): number {
  let characters = 0
  for (const value of Object.values(fields)) {
    if (typeof value === 'string') characters += value.length
    else if (typeof value === 'object' && value !== null) characters += JSON.stringify(value).length
    else characters += charactersOfSmallValue
  }
  return characters
}
