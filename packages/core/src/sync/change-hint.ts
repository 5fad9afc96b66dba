import { z } from 'zod'

/**
 * What the server says on `WS /changes`, as JSON text: at the start, on change, and at least every `syncLimits.heartbeatMs`. A hint only:
 * who is not at `from` pulls, and who is at `head` in the same `epoch` is up to date.
 */
export const changeHintSchema = z.object({
  /** The feed moved from here … */
  from: z.int().nonnegative(),
  /** … to here. Equal in a heartbeat. */
  to: z.int().nonnegative(),
  /** The latest sequence number of the tenant. */
  head: z.int().nonnegative(),
  epoch: z.string(),
})

export type ChangeHint = z.infer<typeof changeHintSchema>
