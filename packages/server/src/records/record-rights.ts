import type { Entity, IdentityFacts, RecordRow, Schema } from '@rejoin/core'
import type { Identity } from '../auth/identity.ts'
import { entityOf } from './entity-of.ts'
import { recordRowOf } from './record-row-of.ts'
import type { StoredRecord } from './record-store.ts'

export interface RightsProblem {
  readonly error: unknown
}

/** What one identity may see and change, by its token and by the schema's own rules. */
export class RecordRights {
  readonly facts: IdentityFacts
  readonly #schema: Schema
  readonly #identity: Identity
  readonly #report: (problem: RightsProblem) => void

  constructor(schema: Schema, identity: Identity, report: (problem: RightsProblem) => void) {
    this.#schema = schema
    this.#identity = identity
    this.#report = report
    this.facts = { tenant: identity.tenant, user: identity.user, isAdmin: identity.isAdmin }
  }

  canReadEntity(entityType: string): boolean {
    return this.#identity.entityAccess(entityType) !== 'none'
  }

  canWriteEntity(entityType: string): boolean {
    return this.#identity.entityAccess(entityType) === 'write'
  }

  /** The row, if it may be seen. A rule that throws shows nothing. */
  visibleRow(record: StoredRecord): RecordRow | undefined {
    const entity = entityOf(this.#schema, record.entityType)
    if (entity === undefined || !this.canReadEntity(record.entityType)) return undefined
    const row = recordRowOf(record)
    if (entity.canRead === undefined) return row
    try {
      return entity.canRead(this.facts, row) ? row : undefined
    } catch (error) {
      this.#report({ error })
      return undefined
    }
  }

  /** Whether the record as it is may be changed: without a rule of its own by whoever sees it. Throws what the schema's rules throw. */
  canChange(entity: Entity, record: StoredRecord): boolean {
    if (entity.canWrite !== undefined) return entity.canWrite(this.facts, recordRowOf(record))
    return entity.canRead === undefined || entity.canRead(this.facts, recordRowOf(record))
  }

  /** Whether the record may become this. Throws what the schema's rule throws. */
  canWrite(entity: Entity, record: StoredRecord): boolean {
    return entity.canWrite === undefined || entity.canWrite(this.facts, recordRowOf(record))
  }
}
