import { z } from 'zod'
import { isResultCode, type ResultCode } from '../sync/result-code.ts'
import { sceneConflictSchema, sceneStrategySchema } from './scene-conflict.ts'

/** What a life of a document may be called. */
const generationSchema = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'a generation has 1 to 64 letters, digits and hyphens')

/**
 * Body of `POST /api/v1/scenes/DOCUMENT/operations`. The operations are checked one by one, so that a bad one fails alone; one without a
 * readable `operationId` cannot be answered for and refuses the request.
 */
export const sceneSyncRequestSchema = z.strictObject({
  operations: z.array(z.unknown()),
  strategy: sceneStrategySchema.optional(),
  /** The life of the document that the operations are for; another one refuses the request. */
  generation: generationSchema.optional(),
})

/**
 * What became of a batch. Every operation counts once: as synced (taken, now or before), as a conflict that was decided for the stored
 * element, or as failed; `conflictCount` counts the conflicts that were decided for the operation, too.
 */
export const sceneSyncResultSchema = z.object({
  /** Nothing failed, and every conflict was resolved. */
  success: z.boolean(),
  syncedCount: z.int().nonnegative(),
  conflictCount: z.int().nonnegative(),
  failedCount: z.int().nonnegative(),
  /** In the order of the operations, as are the failures. */
  conflicts: z.array(sceneConflictSchema),
  failedOperations: z.array(
    z.object({
      /** `operationId`. */
      operation: z.string(),
      error: z.custom<ResultCode>(isResultCode),
      /** For a person; may change. */
      message: z.string().optional(),
      retryable: z.boolean(),
    }),
  ),
  durationMs: z.number().nonnegative(),
  /** By the server's clock. */
  timestamp: z.iso.datetime({ offset: true }),
  /** How often the batch was tried again before this came of it. */
  retryAttempts: z.int().nonnegative(),
})

export type SceneSyncRequest = z.infer<typeof sceneSyncRequestSchema>
export type SceneSyncResult = z.infer<typeof sceneSyncResultSchema>
export type SceneSyncFailure = SceneSyncResult['failedOperations'][number]
