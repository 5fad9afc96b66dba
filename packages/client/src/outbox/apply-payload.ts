import { checkUpdate, type Entity, type JsonObject, type JsonValue } from '@rejoin/core'

/** Fields as they are after a payload was laid over them. `null` takes away a field that is optional and not nullable, as on the server. */
export function applyPayload(entity: Entity | undefined, fields: JsonObject, payload: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = { ...fields }
  for (const [field, value] of Object.entries(payload)) {
    if (value === null && isTakenAway(entity, field)) delete result[field]
    else result[field] = value
  }
  return result
}

function isTakenAway(entity: Entity | undefined, field: string): boolean {
  if (entity === undefined) return false
  const check = checkUpdate(entity, { [field]: null })
  return check.type === 'valid' && check.change.removedFields.includes(field)
}
