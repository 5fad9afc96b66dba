import { operationSchema } from '@rejoin/core'
import { z } from 'zod'

/** What every entry has. `entryId` is the order in which things were done on this device. */
const waitingSchema = z.strictObject({
  entryId: z.int().positive(),
  /** - `ready`: may be sent when its turn comes
   *  - `sent`: the server may have it; it is sent again as it is until there is a verdict
   *  - `failed`: used up its attempts, waits for a person or the next round
   *  - `parked`: cannot be sent as things are (unknown entity, newer schema, rejected predecessor); `parkedFor` says why */
  state: z.enum(['ready', 'sent', 'failed', 'parked']),
  parkedFor: z.string().optional(),
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

/** An operation that is not settled. Once sent it is immutable: the server may have it, whatever came back. */
export const operationEntrySchema = waitingSchema.extend({
  kind: z.literal('operation'),
  /** `tenantId` is stamped when it is first sent; before sign-in there is none. */
  operation: operationSchema.partial({ tenantId: true }),
  /** Records that must be settled on the server before: `entity/recordId`, its own first. */
  lanes: z.array(z.string()).min(1),
  /** Of the call, else of the entity: what rules add points to. Entries of earlier versions have none. */
  basePriority: z.enum(['HIGH', 'NORMAL', 'LOW']).optional(),
})

/** A request of the app as it is kept: nothing in it lets anybody in. Its body lies beside it, under `bodyId`. */
export const capturedRequestSchema = z.strictObject({
  requestId: z.uuid(),
  /** What the first attempt had as `Idempotency-Key`; every later one has the same. Absent: `requestId`. */
  idempotencyKey: z.string().optional(),
  method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE']),
  url: z.url(),
  /** Names in lower case. */
  headers: z.record(z.string(), z.string()),
  credentials: z.enum(['omit', 'same-origin', 'include']),
  /** It goes with a token that is asked for when it is sent. */
  isAuthorized: z.boolean(),
  body: z.strictObject({ bodyId: z.string(), byteCount: z.int().nonnegative() }).optional(),
  /** For people: "Send feedback form". */
  title: z.string(),
  priority: z.enum(['HIGH', 'NORMAL', 'LOW']),
  /** Stamped when it is first sent; before sign-in there is none. */
  tenantId: z.string().optional(),
  retryOf: z.uuid().optional(),
  /** Those of one lane are sent one after the other, in their order. */
  lane: z.string().min(1),
  /** It carries operations on the scene of this name: the answer has a verdict on each. */
  scene: z.string().min(1).optional(),
})

/** A request of the app that the network failed, not yet answered. */
export const requestEntrySchema = waitingSchema.extend({
  kind: z.literal('request'),
  request: capturedRequestSchema,
})

/** The operation as it waits here; `tenantId` is missing until it is first sent. */
export type QueuedOperation = z.infer<typeof operationEntrySchema>['operation']
export type OperationEntry = z.infer<typeof operationEntrySchema>
export type CapturedRequest = z.infer<typeof capturedRequestSchema>
export type RequestEntry = z.infer<typeof requestEntrySchema>
export type OutboxEntry = OperationEntry | RequestEntry
