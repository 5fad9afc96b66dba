import type { JsonObject, Schema } from '@rejoin/core'
import type { QueuedOperation } from './outbox-entry.ts'

const verbs = { create: 'Create', update: 'Change', delete: 'Delete' } as const

/** What a person reads: "Create recipe Borscht". `known` are fields beside those of the operation, such as the record's name. */
export function titleOf(schema: Schema, operation: QueuedOperation, known: JsonObject = {}): string {
  const words = [verbs[operation.operationType], wordsOf(operation.entityType), nameOf(schema, operation, known)]
  return words.filter((word) => word !== '').join(' ')
}

/** `stockMovement` → `stock movement`. */
function wordsOf(entityType: string): string {
  return entityType.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function nameOf(schema: Schema, { entityType, payload }: QueuedOperation, known: JsonObject): string {
  const fields = { ...known, ...payload }
  const entity = Object.hasOwn(schema.entities, entityType) ? schema.entities[entityType] : undefined
  try {
    if (entity?.nameOf !== undefined) return entity.nameOf(fields)
  } catch (error) {
    // The application's own function met fields it did not expect; the usual names will do.
    if (!(error instanceof Error)) throw error
  }
  const name = fields['name'] ?? fields['title']
  return typeof name === 'string' ? name : ''
}
