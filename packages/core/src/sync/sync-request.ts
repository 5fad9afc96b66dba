import { z } from 'zod'
import { deviceIdSchema } from './operation.ts'

/**
 * Body of `POST /api/sync`. The operations are checked one by one, so that a bad one costs only itself; one without a readable
 * `operationId` cannot be answered for and refuses the request.
 */
export const syncRequestSchema = z.strictObject({
  /** Where this device's confirmed rows end; absent at the start. */
  checkpoint: z.string().max(1024).optional(),
  deviceId: deviceIdSchema,
  /** By the device's clock. */
  sentAt: z.iso.datetime({ offset: true }),
  /** The largest n of which every operation of this device up to n is settled, coalesced away or discarded. */
  ackedThrough: z.int().nonnegative(),
  operations: z.array(z.unknown()),
})

export type SyncRequest = z.infer<typeof syncRequestSchema>
