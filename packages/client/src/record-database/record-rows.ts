import type { JsonObject } from '@rejoin/core'
import { z } from 'zod'
import type { AttentionItem } from '../outbox/attention.ts'
import { outboxEntrySchema } from '../outbox/outbox-entry.ts'

/** The shape only: the fields were checked when they came from the server, and reading must be quick. */
const fieldsSchema = z.custom<JsonObject>((value) => typeof value === 'object' && value !== null && !Array.isArray(value))

const storedRecordSchema = z.strictObject({
  entityType: z.string(),
  recordId: z.string(),
  version: z.number(),
  seq: z.number(),
  fields: fieldsSchema,
  isDeleted: z.boolean(),
  clientCreatedAt: z.string(),
  clientUpdatedAt: z.string(),
  serverCreatedAt: z.string(),
  serverUpdatedAt: z.string(),
})

/** A record as the server has it. `key` is `entity/recordId`, `terms` are what lookups of indexed fields find it by. */
export const confirmedRowSchema = z.strictObject({ key: z.string(), row: storedRecordSchema, terms: z.array(z.string()) })
export type ConfirmedRow = z.infer<typeof confirmedRowSchema>

/**
 * Where an entry stands, for looking it up without reading all.
 * - `free`: may be sent; ordered by score
 * - `waiting`: something earlier has to be settled first
 * - `sent`: ordered by the time at which it may be sent again
 * - `failed`, `parked`: as its state
 */
export const lots = ['free', 'waiting', 'sent', 'failed', 'parked'] as const

/** An entry, with what it is found by. */
export const outboxRowSchema = outboxEntrySchema.extend({
  recordKey: z.string(),
  lot: z.enum(lots),
  /** Within the lot: the negative score, or a time. */
  order: z.number(),
  /** Those of its lanes in which something earlier is unsettled; absent where there is none. */
  waitsOn: z.array(z.string()).optional(),
  terms: z.array(z.string()).optional(),
})
export type OutboxRow = z.infer<typeof outboxRowSchema>

/** `entryId` and `recordKey` are indexes. */
export type AttentionRow = AttentionItem & { readonly recordKey: string }

export interface MetaRow {
  readonly key: string
  readonly value: unknown
}
