import { checkCreate, checkUpdate, toPayload, type JsonObject, type RecordRow, type Schema } from '@rejoin/core'
import { RecordValidationError } from '../records/records.ts'
import type { AttentionItem } from './attention.ts'
import type { QueuedOperation } from './outbox-entry.ts'

/** An operation once more, on the version that the server has now. */
export interface Resend {
  readonly operationType: QueuedOperation['operationType']
  readonly payload: JsonObject
  readonly baseVersion: number | null
}

/**
 * What a person's second attempt is. They have seen what the server has, so a create that met a record becomes a change of it, and a change
 * that met a deletion brings the record back. `undefined`: what was wanted is so already. Throws `RecordValidationError`.
 */
export function planResend(
  schema: Schema,
  { operation, lostFields }: { readonly operation: QueuedOperation; readonly lostFields: AttentionItem['lostFields'] },
  server: RecordRow | undefined,
  changes: Readonly<Record<string, unknown>> = {},
): Resend | undefined {
  const baseVersion = server?.version ?? null
  const isThere = server !== undefined && !server.isDeleted
  if (operation.operationType === 'delete') return isThere ? { operationType: 'delete', payload: {}, baseVersion } : undefined
  const wanted = { ...wantedFields(operation.payload, lostFields), ...changes }
  if (isThere || (operation.operationType === 'update' && server === undefined))
    return { operationType: 'update', payload: checked(schema, operation.entityType, 'update', wanted), baseVersion }
  const fields = operation.operationType === 'update' ? { ...server?.fields, ...wanted } : wanted
  return { operationType: 'create', payload: checked(schema, operation.entityType, 'create', fields), baseVersion }
}

/** Of an edit that was overruled in part, only that part. */
function wantedFields(payload: JsonObject, lostFields: readonly string[]): JsonObject {
  if (lostFields.length === 0) return payload
  return Object.fromEntries(Object.entries(payload).filter(([field]) => lostFields.includes(field)))
}

function checked(
  schema: Schema,
  entityType: string,
  as: 'create' | 'update',
  fields: Readonly<Record<string, unknown>>,
): JsonObject {
  const entity = Object.hasOwn(schema.entities, entityType) ? schema.entities[entityType] : undefined
  if (entity === undefined)
    throw new RecordValidationError(entityType, [{ field: 'entityType', message: 'is not known to this version of the app' }])
  const check = as === 'create' ? checkCreate(entity, fields) : checkUpdate(entity, fields)
  if (check.type === 'invalid') throw new RecordValidationError(entityType, check.problems)
  return toPayload(check.change)
}
