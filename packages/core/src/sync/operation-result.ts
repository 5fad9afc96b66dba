import { z } from 'zod'
import { conflictReasonSchema } from './conflict-reason.ts'
import { recordRowSchema } from './record-row.ts'
import { isResultCode, type ResultCode } from './result-code.ts'

/** - `applied`: nobody changed the record meanwhile
 *  - `merged`: somebody did, and nothing was lost
 *  - `conflictResolved`: the entity's policy chose; `lostFields` were not taken
 *  - `conflict`, `rejected`: nothing was taken; `code` says why
 *  - `duplicate`: it had its verdict before; `first` is that one, unless it was pruned */
export const resultStatuses = ['applied', 'merged', 'conflictResolved', 'conflict', 'rejected', 'duplicate'] as const

const resultCodeSchema = z.custom<ResultCode>(isResultCode)

/** The verdict on one operation. The HTTP status never decides its fate; this does. */
export const operationResultSchema = z.object({
  operationId: z.string(),
  status: z.enum(resultStatuses),
  code: resultCodeSchema.optional(),
  /** For a person; may change. */
  message: z.string().optional(),
  reason: conflictReasonSchema.optional(),
  /** Fields of the operation that were not taken (with `conflictResolved`). */
  lostFields: z.array(z.string()).optional(),
  /** The transaction that took effect; absent where nothing changed. */
  seq: z.int().positive().optional(),
  /** The record's version after the operation. */
  version: z.int().positive().optional(),
  /** The record as it is now, wherever it exists and may be read. */
  serverState: recordRowSchema.optional(),
  /** In a brief answer, in place of `serverState` and of its row in `changes`: the record is as this operation created it, at this time of the server. */
  createdAt: z.iso.datetime({ offset: true }).optional(),
  /** In a brief answer, in place of `serverState`: the record is in `changes`, or created by another operation of the request. */
  isInChanges: z.literal(true).optional(),
  /** The device's clock was ahead; the server's time was stamped instead. */
  clockAdjusted: z.boolean().optional(),
  first: z
    .object({
      status: z.enum(resultStatuses),
      code: resultCodeSchema.optional(),
      seq: z.int().positive().optional(),
      version: z.int().positive().optional(),
    })
    .optional(),
})

export type ResultStatus = (typeof resultStatuses)[number]
export type OperationResult = z.infer<typeof operationResultSchema>
