import { z } from 'zod'
import { jsonObjectSchema } from '../records/json-value.ts'
import { syncLimits } from './sync-limits.ts'

const noControl = /^[^\p{Cc}\p{Surrogate}]+$/u

/** Ids that devices make: 1 to 128 characters, no control characters. */
export const idSchema = z
  .string()
  .max(syncLimits.idCharactersMax)
  .regex(noControl, 'an id has no control characters and is not empty')
/** Tenants are named by the issuer of tokens, who may be more talkative than a device. */
const tenantIdSchema = z
  .string()
  .max(syncLimits.tenantCharactersMax)
  .regex(noControl, 'a tenant has no control characters and is not empty')
export const deviceIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'a device id has 1 to 64 letters, digits, hyphens and underscores')
/** Ours are UUIDv7, so that ids rise with time; other clients may have made another kind. */
export const operationIdSchema = z.uuid()

/** One intended change of one record. */
export const operationSchema = z.strictObject({
  operationId: operationIdSchema,
  deviceId: deviceIdSchema,
  /** Dense per device, from 1. */
  deviceSeq: z.int().positive(),
  entityType: z.string().min(1).max(64),
  operationType: z.enum(['create', 'update', 'delete']),
  recordId: idSchema,
  /** A create's fields, an update's changed ones (`null` takes an optional field away), nothing for a delete. */
  payload: jsonObjectSchema.default({}),
  /** The version the person saw; `null` for a create of something new, a tombstone's version for one that restores it. */
  baseVersion: z.int().nonnegative().nullable().default(null),
  /** By the device's clock, corrected by what it knows of the server's. */
  clientUpdatedAt: z.iso.datetime({ offset: true }),
  tenantId: tenantIdSchema,
  schemaVersion: z.int().positive(),
  /** Orders a device's own queue. The server makes nothing of it, so a value it does not know costs nothing. */
  priority: z.enum(['HIGH', 'NORMAL', 'LOW']).optional().catch(undefined),
  /** Operations of one group are taken all or none, and never split over requests. */
  groupId: idSchema.optional(),
  /** The operation that a person tried again. */
  retryOf: operationIdSchema.optional(),
})

export type Operation = z.infer<typeof operationSchema>
