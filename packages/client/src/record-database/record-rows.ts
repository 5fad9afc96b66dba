import type { JsonObject } from '@rejoin/core'
import { z } from 'zod'
import type { AttentionItem } from '../outbox/attention.ts'
import { operationEntrySchema, requestEntrySchema } from '../outbox/outbox-entry.ts'

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
export const outboxRowSchema = operationEntrySchema.extend({
  recordKey: z.string(),
  lot: z.enum(lots),
  /** Within the lot: the negative score, or a time. */
  order: z.number(),
  /** Those of its lanes in which something earlier is unsettled; absent where there is none. */
  waitsOn: z.array(z.string()).optional(),
  terms: z.array(z.string()).optional(),
})
export type OutboxRow = z.infer<typeof outboxRowSchema>

/** A request of the app, with what it is found by. `order`: the negative score. */
export const requestRowSchema = requestEntrySchema.extend({ lane: z.string(), order: z.number() })
export type RequestRow = z.infer<typeof requestRowSchema>

/** The bytes of a request's body: beside the entries, so that lists and counts do not carry them. */
export const requestBodyRowSchema = z.strictObject({ bodyId: z.string(), bytes: z.instanceof(Uint8Array) })
export type RequestBodyRow = z.infer<typeof requestBodyRowSchema>

/** `entryId` and `recordKey` are indexes. */
export type AttentionRow = AttentionItem & { readonly recordKey: string }

export interface MetaRow {
  readonly key: string
  readonly value: unknown
}
