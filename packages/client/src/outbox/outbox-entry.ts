import { operationSchema } from '@rejoin/core'
import { z } from 'zod'

/**
 * An operation that is not settled. `entryId` is the order in which things were done on this device. Once sent it is immutable: the server may
 * have it, whatever came back.
 */
export const outboxEntrySchema = z.strictObject({
  entryId: z.int().positive(),
  kind: z.literal('operation'),
  /** `tenantId` is stamped when it is first sent; before sign-in there is none. */
  operation: operationSchema.partial({ tenantId: true }),
  /** - `ready`: may be sent when its turn comes
   *  - `sent`: the server may have it; it is sent again as it is until there is a verdict
   *  - `failed`: used up its attempts, waits for a person or the next round
   *  - `parked`: cannot be sent as things are (unknown entity, newer schema, rejected predecessor); `parkedFor` says why */
  state: z.enum(['ready', 'sent', 'failed', 'parked']),
  parkedFor: z.string().optional(),
  /** Records that must be settled on the server before: `entity/recordId`, its own first. */
  lanes: z.array(z.string()).min(1),
  score: z.number(),
  /** When it left this device for the first time, ms since the epoch. Whoever has it may be a server, so nothing coalesces with it any more. */
  firstSentAt: z.number().optional(),
  attempts: z.int().nonnegative(),
  /** Not before this time, ms since the epoch. */
  nextRetryAt: z.number().optional(),
  /** ms since the epoch, by the device's clock; for display. */
  createdAt: z.number(),
  lastError: z.string().optional(),
})

/** The operation as it waits here; `tenantId` is missing until it is first sent. */
export type QueuedOperation = z.infer<typeof outboxEntrySchema>['operation']
export type OutboxEntry = z.infer<typeof outboxEntrySchema>
