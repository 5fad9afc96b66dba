import { z } from 'zod'
import { conflictReasonSchema } from './conflict-reason.ts'
import { operationResultSchema } from './operation-result.ts'
import { recordRowSchema } from './record-row.ts'

/** How the server steers its clients: larger batches are refused. */
export const announcedLimitsSchema = z.object({
  operationsMax: z.int().positive(),
  requestBytesMax: z.int().positive(),
  operationBytesMax: z.int().positive(),
  changesMax: z.int().positive(),
})

export const syncSummarySchema = z.object({
  /** Every operation took effect, or had done so before. */
  success: z.boolean(),
  syncedCount: z.int().nonnegative(),
  conflictCount: z.int().nonnegative(),
  failedCount: z.int().nonnegative(),
  conflicts: z.array(
    z.object({
      operationId: z.string(),
      entityType: z.string(),
      recordId: z.string(),
      reason: conflictReasonSchema,
      /** Whether the policy settled it; otherwise a person has to. */
      resolved: z.boolean(),
      decision: z.enum(['local', 'remote', 'merged']),
    }),
  ),
  failedOperations: z.array(z.object({ operation: z.string(), error: z.string(), retryable: z.boolean() })),
  durationMs: z.number().nonnegative(),
  timestamp: z.iso.datetime({ offset: true }),
})

const changesPart = {
  /** Rows after the request's checkpoint, in order of `seq`; a transaction is never split over two answers. */
  changes: z.array(recordRowSchema),
  /** Opaque. Covers exactly `changes`, never the results. Absent with `resyncRequired`. */
  checkpoint: z.string().optional(),
  hasMore: z.boolean(),
  serverTime: z.iso.datetime({ offset: true }),
  /** The checkpoint cannot be continued: pull from the start into rows beside the old ones, then swap. The outbox stays. */
  resyncRequired: z.enum(['otherEpoch', 'tooOld', 'otherScope', 'ahead', 'unreadable']).optional(),
}

/** Answer of `GET /api/sync/changes`. */
export const changesResponseSchema = z.object({ ...changesPart })

/** Answer of `POST /api/sync`; `results` are in the order of the operations. */
export const syncResponseSchema = z.object({
  results: z.array(operationResultSchema),
  ...changesPart,
  limits: announcedLimitsSchema,
  summary: syncSummarySchema,
})

export type AnnouncedLimits = z.infer<typeof announcedLimitsSchema>
export type SyncSummary = z.infer<typeof syncSummarySchema>
export type ChangesResponse = z.infer<typeof changesResponseSchema>
export type SyncResponse = z.infer<typeof syncResponseSchema>
export type ResyncReason = NonNullable<ChangesResponse['resyncRequired']>
