import type { z } from 'zod'
import type { Entity } from './entity.ts'
import type { JsonObject } from './json-value.ts'

/** What a migration sees of an operation that was queued under an older version of the schema. */
export interface MigratableChange {
  readonly entityType: string
  readonly operationType: 'create' | 'update' | 'delete'
  /** A create's fields, or an update's changed ones. */
  readonly payload: JsonObject
}

/** Turns a change of the version before into one of this version. Pure: it may run again on the same change. */
export type Migration = (change: MigratableChange) => MigratableChange

export type Entities = Readonly<Record<string, Entity>>

export interface SchemaOptions<Own extends Entities> {
  /** Whole number from 1, raised with every change that older queued operations do not fit. */
  readonly version: number
  readonly entities: Own
  /** By the version they lead to. Where one is missing, operations of the version before are taken as they are. */
  readonly migrations?: Readonly<Record<number, Migration>>
}

/** The records of an application: one definition, used by client and server. */
export interface Schema<Own extends Entities = Entities> extends SchemaOptions<Own> {
  readonly migrations: Readonly<Record<number, Migration>>
}

/** What is read of a record of this entity. */
export type FieldsOf<Own extends Entity> = z.core.output<Own['fields']>
/** What a create takes: fields with a default may be left out. */
export type CreateInput<Own extends Entity> = z.core.input<Own['fields']>
/** What an update takes: changed fields only; `undefined` takes an optional field away. */
export type UpdateInput<Own extends Entity> = { readonly [Field in keyof CreateInput<Own>]?: CreateInput<Own>[Field] | undefined }

const entityName = /^[a-z][A-Za-z0-9]{0,63}$/
/** Names that a record's own facts have. */
const reservedFields: ReadonlySet<string> = new Set(['id', 'meta', '__proto__', 'constructor', 'prototype'])

/** Checks a definition as far as types cannot. Throws a sentence for the programmer. */
export function defineSchema<const Own extends Entities>(options: SchemaOptions<Own>): Schema<Own> {
  if (!Number.isSafeInteger(options.version) || options.version < 1) throw new Error('a schema version is a whole number from 1')
  for (const [name, entity] of Object.entries(options.entities)) checkEntity(name, entity, options.entities)
  return { ...options, migrations: options.migrations ?? {} }
}

function checkEntity(name: string, { fields, references, indexes }: Entity, entities: Entities): void {
  if (!entityName.test(name)) throw new Error(`"${name}" cannot name an entity: a small letter, then up to 63 letters and digits`)
  const { shape, checks = [] } = fields._zod.def
  if (checks.length > 0) throw new Error(`${name}: a check across fields cannot hold for an update; use the server's beforeApply`)
  for (const field of Object.keys(shape)) {
    if (reservedFields.has(field)) throw new Error(`${name}.${field}: this name is taken by the record itself`)
  }
  for (const field of [...Object.keys(references), ...indexes]) {
    if (!Object.hasOwn(shape, field)) throw new Error(`${name}.${field} is no field`)
  }
  for (const target of Object.values(references)) {
    if (!Object.hasOwn(entities, target)) throw new Error(`${name} refers to "${target}", which is no entity`)
  }
}
