import { z } from 'zod'
import { jsonObjectSchema } from '../records/json-value.ts'

const time = z.iso.datetime({ offset: true })

/** A record as the server has it: in `serverState`, `changes` and REST alike. Times are ISO, UTC. */
export const recordRowSchema = z.object({
  entityType: z.string(),
  recordId: z.string(),
  /** 1 for the create, one more for every change. */
  version: z.int().positive(),
  /** The tenant's sequence number of the transaction that made this version. */
  seq: z.int().positive(),
  /** Of a deleted record: its last ones. */
  fields: jsonObjectSchema,
  isDeleted: z.boolean(),
  /** By the devices' clocks, as they said; for people. */
  clientCreatedAt: time,
  clientUpdatedAt: time,
  serverCreatedAt: time,
  serverUpdatedAt: time,
})

export type RecordRow = z.infer<typeof recordRowSchema>
