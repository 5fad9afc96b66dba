import type { Entity, Schema } from '@rejoin/core'

/** An entity by its name; a name from outside never meets an object's prototype. */
export function entityOf(schema: Schema, entityType: string): Entity | undefined {
  return Object.hasOwn(schema.entities, entityType) ? schema.entities[entityType] : undefined
}
