import { z } from 'zod'

/** Why an operation met something other than what its device knew. Times are ms since the epoch. */
export const conflictReasonSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('NotFound') }),
  z.object({ type: z.literal('AlreadyExists') }),
  /** The stored write is later: `local` is the operation's time, `remote` the stored one's. */
  z.object({ type: z.literal('StaleTimestamp'), local: z.number(), remote: z.number() }),
  z.object({ type: z.literal('ConcurrentModification') }),
  z.object({ type: z.literal('Deleted') }),
])

export type ConflictReason = z.infer<typeof conflictReasonSchema>
