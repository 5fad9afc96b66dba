import { canonicalJson, type Entity, type JsonObject, type JsonValue } from '@rejoin/core'
import type { RowRange } from './record-database.ts'

/** `entity/recordId`: names a record on this device, and the lane of its operations. Entity names hold no slash. */
export function recordKeyOf({ entityType, recordId }: { readonly entityType: string; readonly recordId: string }): string {
  return `${entityType}/${recordId}`
}

/** All records of an entity: `0` is the character after `/`. */
export function entityRange(entityType: string): Pick<RowRange, 'from' | 'to' | 'isToOpen'> {
  return { from: `${entityType}/`, to: `${entityType}0`, isToOpen: true }
}

/** What a lookup of an indexed field asks for. */
export function termOf(entityType: string, field: string, value: JsonValue): string {
  return `${entityType}/${field}/${canonicalJson(value)}`
}

/** What lookups find these fields by. */
export function termsOf(entityType: string, entity: Entity | undefined, fields: JsonObject): string[] {
  return (entity?.indexes ?? []).flatMap((field) => {
    const value = fields[field]
    return value === undefined ? [] : [termOf(entityType, field, value)]
  })
}
