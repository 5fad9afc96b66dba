import { z } from 'zod'
import { StoreError } from './store-error.ts'

const seqSchema = z.int().positive()
const bytesSchema = z.custom<Uint8Array>((value) => value instanceof Uint8Array)
const reasonSchema = z.strictObject({ code: z.string(), message: z.string() })

/** What is known about a name. It outlives the copy, so that a sequence number never comes back for other content. */
export const documentRowSchema = z.strictObject({
  name: z.string(),
  /** Whether this device has a copy now. */
  isPresent: z.boolean(),
  generation: z.string().optional(),
  /** Where the present copy begins; the copies before it were set aside. */
  firstSeq: seqSchema,
  lastSeq: z.int().nonnegative(),
  /** Update rows of the present copy; decides when to compact. */
  rowCount: z.int().nonnegative(),
  /** Device time of the oldest dirty update, ms since the epoch; absent while clean, so that the index holds only dirty documents. */
  dirtySince: z.number().optional(),
})
export type DocumentRow = z.infer<typeof documentRowSchema>

/** One update, or the fold of all updates `fromSeq` to `seq`. Rows of a copy cover its sequence numbers without gap or overlap. */
export const updateRowSchema = z.strictObject({ name: z.string(), seq: seqSchema, fromSeq: seqSchema, update: bytesSchema })
export type UpdateRow = z.infer<typeof updateRowSchema>

/** The local update `seq` has no receipt from a server. */
export const dirtyRowSchema = z.strictObject({ name: z.string(), seq: seqSchema, at: z.number() })
export type DirtyRow = z.infer<typeof dirtyRowSchema>

export const setAsideRowSchema = z.strictObject({
  id: z.int().positive(),
  name: z.string(),
  generation: z.string().optional(),
  reason: reasonSchema,
  at: z.number(),
  sizeBytes: z.int().nonnegative(),
  dirtySeqs: z.array(seqSchema),
})
export type SetAsideRow = z.infer<typeof setAsideRowSchema>

/** The content of a copy that was set aside: its update rows as they were, so that a damaged copy loses nothing more by the move. */
export const setAsideContentRowSchema = z.strictObject({ id: z.int().positive(), rows: z.array(z.unknown()) })
export type SetAsideContentRow = z.infer<typeof setAsideContentRowSchema>

/** `source` was imported into this database; it is not read again. */
export interface ImportRow {
  readonly source: string
  readonly name: string
  readonly at: number
}

/** Tells one life of the database from the next, should the browser delete it while it is in use. */
export const identityRowSchema = z.strictObject({ key: z.literal('identity'), createdAt: z.number() })
export type IdentityRow = z.infer<typeof identityRowSchema>

/** Checks a stored row. Throws `corrupt`, naming what was being read. */
export function parseRow<T>(schema: z.ZodType<T>, row: unknown, what: string): T {
  const parsed = schema.safeParse(row)
  if (!parsed.success) throw new StoreError('corrupt', `${what} is damaged in the local database`, { cause: parsed.error })
  return parsed.data
}
