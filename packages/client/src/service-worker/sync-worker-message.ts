import { z } from 'zod'

/** Of the one-shot Background Sync event, and of the periodic one. */
export const syncTag = 'sync-changes'

const countSchema = z.int().nonnegative()

/** Whose changes; absent: of whoever uses the device without being signed in. */
const ownerSchema = z.object({ tenant: z.string(), user: z.string() }).optional()

/** What the service worker tells the pages. Counts are of changes of one person, over all events of one delivery. */
export const syncWorkerMessageSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('SYNC_PROGRESS'), owner: ownerSchema, current: countSchema, total: countSchema }),
  /** Nothing waits any more. */
  z.object({ type: z.literal('SYNC_COMPLETE'), owner: ownerSchema, total: countSchema }),
  /** The server's version was kept, in whole or in part. The attention list has all of it, under `attentionId`. */
  z.object({
    type: z.literal('SYNC_CONFLICT'),
    owner: ownerSchema,
    attentionId: z.int(),
    title: z.string(),
    message: z.string(),
  }),
  /**
   * - with `attentionId`: this change needs a decision
   * - without: nothing goes on for now; `willRetry`: by itself, when the browser calls again
   */
  z.object({
    type: z.literal('SYNC_FAILED'),
    owner: ownerSchema,
    attentionId: z.int().optional(),
    title: z.string().optional(),
    code: z.string(),
    message: z.string(),
    willRetry: z.boolean(),
  }),
])

export type SyncWorkerMessage = z.infer<typeof syncWorkerMessageSchema>

/** A page that goes away, or has no Background Sync, asks the worker to try. */
export const pageMessageSchema = z.object({ type: z.literal('SYNC_REQUESTED') })

export type PageMessage = z.infer<typeof pageMessageSchema>
