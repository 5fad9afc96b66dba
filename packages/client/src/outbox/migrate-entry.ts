import { migrateChange, type Schema } from '@rejoin/core'
import type { OperationEntry, QueuedOperation } from './outbox-entry.ts'

/** Why this version of the app cannot send or show an operation. Another version may, so it is kept as it is. */
export type Unfit = 'unknownEntity' | 'newerSchema' | 'migrationFailed'

export type MigratedEntry =
  | { readonly type: 'fits'; readonly operation: QueuedOperation }
  | { readonly type: 'unfit'; readonly why: Unfit }

/** An entry's operation in the words of this schema. One that was sent goes as it was: the server migrates it by the same chain. */
export function migrateEntry(schema: Schema, { operation, firstSentAt }: OperationEntry): MigratedEntry {
  if (operation.schemaVersion > schema.version) return { type: 'unfit', why: 'newerSchema' }
  const migrated =
    operation.schemaVersion === schema.version || firstSentAt !== undefined ? operation : migrateOperation(schema, operation)
  if (migrated === undefined) return { type: 'unfit', why: 'migrationFailed' }
  if (!Object.hasOwn(schema.entities, migrated.entityType)) return { type: 'unfit', why: 'unknownEntity' }
  return { type: 'fits', operation: migrated }
}

/** `undefined` where the application's own migration throws. */
function migrateOperation(schema: Schema, operation: QueuedOperation): QueuedOperation | undefined {
  try {
    const { entityType, operationType, payload } = migrateChange(schema, operation, operation.schemaVersion)
    return { ...operation, entityType, operationType, payload, schemaVersion: schema.version }
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}
