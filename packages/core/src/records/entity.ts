import type { z } from 'zod'
import type { Policy } from '../policies/policy.ts'
import type { RecordRow } from '../sync/record-row.ts'
import type { IdentityFacts } from './identity-facts.ts'

/** An object schema of zod 4 or zod/mini. */
export type FieldsSchema = z.core.$ZodObject

/** - `HIGH`: what somebody waits for
 *  - `NORMAL`: the rest
 *  - `LOW`: what may wait for a good connection */
export type Priority = 'HIGH' | 'NORMAL' | 'LOW'

export interface EntityOptions<Fields extends FieldsSchema = FieldsSchema, Own extends Policy = Policy> {
  /** The fields of a record, JSON values all. Checks across fields belong into the server's `beforeApply`. */
  readonly fields: Fields
  readonly policy: Own
  /** Fields that hold the id of another record: the operation waits until that record's create is settled. */
  readonly references?: Readonly<Record<string, string>>
  /** Fields that queries filter by. */
  readonly indexes?: readonly string[]
  /** Default `NORMAL`. */
  readonly priority?: Priority
  /** Names a record for people ("Sync failed for Create recipe Borscht"). Default: the field `name` or `title`, where it is text. */
  nameOf?(fields: z.core.output<Fields>): string
  /** Whether a user may see a row. Default yes. Runs on the server; must be quick and pure. */
  canRead?(identity: IdentityFacts, row: RecordRow): boolean
  /** Whether a user may create or change a row: asked with the row as it is (an update, a delete) and as it would be. Default: whoever may see the row as it is. */
  canWrite?(identity: IdentityFacts, row: RecordRow): boolean
}

export interface Entity<Fields extends FieldsSchema = FieldsSchema, Own extends Policy = Policy> extends EntityOptions<
  Fields,
  Own
> {
  readonly references: Readonly<Record<string, string>>
  readonly indexes: readonly string[]
  readonly priority: Priority
}

/** One kind of record: its fields, and how concurrent changes of one are settled. */
export function entity<Fields extends FieldsSchema, Own extends Policy>(
  options: EntityOptions<Fields, Own>,
): Entity<Fields, Own> {
  return {
    ...options,
    references: options.references ?? {},
    indexes: options.indexes ?? [],
    priority: options.priority ?? 'NORMAL',
  }
}
