import type { JsonObject, RecordRow, Schema } from '@rejoin/core'
import { applyPayload } from '../outbox/apply-payload.ts'
import { migrateEntry } from '../outbox/migrate-entry.ts'
import type { OperationEntry, QueuedOperation } from '../outbox/outbox-entry.ts'
import { fromIsoTime } from '../record-database/iso-time.ts'

/** A record as it is shown. Times are ms since the epoch. */
export interface RecordView {
  readonly fields: JsonObject
  readonly isDeleted: boolean
  /** The server's; `undefined` before it has the record. */
  readonly version: number | undefined
  readonly isPending: boolean
  readonly createdAt: number
  readonly updatedAt: number
}

/**
 * What is pending, folded over what the server confirmed, in the order in which it was done. What this version of the app cannot read is
 * not laid over it; the record counts as pending all the same. `undefined`: there is no such record.
 */
export function foldPending(
  schema: Schema,
  confirmed: RecordRow | undefined,
  entries: readonly OperationEntry[],
): RecordView | undefined {
  let view = confirmed === undefined ? undefined : confirmedView(confirmed)
  for (const entry of entries) {
    const migrated = migrateEntry(schema, entry)
    if (migrated.type === 'fits') view = foldOperation(schema, view, migrated.operation)
    else if (view !== undefined) view = { ...view, isPending: true }
  }
  return view
}

function confirmedView({ fields, isDeleted, version, clientCreatedAt, clientUpdatedAt }: RecordRow): RecordView {
  const [createdAt, updatedAt] = [fromIsoTime(clientCreatedAt), fromIsoTime(clientUpdatedAt)]
  return { fields, isDeleted, version, isPending: false, createdAt, updatedAt }
}

function foldOperation(schema: Schema, view: RecordView | undefined, operation: QueuedOperation): RecordView | undefined {
  const at = fromIsoTime(operation.clientUpdatedAt)
  if (operation.operationType === 'create') return foldCreate(view, operation, at)
  // An edit alone never makes or resurrects a record.
  if (view === undefined) return undefined
  const pending = { ...view, isPending: true }
  if (view.isDeleted) return pending
  if (operation.operationType === 'delete') return { ...pending, isDeleted: true, updatedAt: at }
  return {
    ...pending,
    fields: applyPayload(schema.entities[operation.entityType], view.fields, operation.payload),
    updatedAt: at,
  }
}

function foldCreate(view: RecordView | undefined, { payload }: QueuedOperation, at: number): RecordView {
  // The server has it already: by this very create whose answer is on its way, or by somebody else's, which it will not replace.
  if (view !== undefined && !view.isDeleted) return { ...view, isPending: true }
  return {
    fields: payload,
    isDeleted: false,
    version: view?.version,
    isPending: true,
    createdAt: view?.createdAt ?? at,
    updatedAt: at,
  }
}
