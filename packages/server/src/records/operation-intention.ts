import { canonicalJson, type Operation } from '@rejoin/core'

/**
 * What an operation intends, as text: equal for a repeat, different for another intention under the same id. The device and its number
 * are left out, so that a device that found itself cloned may send the same operations under another name.
 */
export function intentionOf(operation: Operation): string {
  const { entityType, operationType, recordId, baseVersion, clientUpdatedAt, tenantId, groupId, schemaVersion } = operation
  const facts = [entityType, operationType, recordId, baseVersion, clientUpdatedAt, tenantId, groupId ?? null, schemaVersion]
  return `${JSON.stringify(facts)}${canonicalJson(operation.payload)}`
}
