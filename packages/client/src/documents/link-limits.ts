import type { BackOff } from '@rejoin/core'

/** Every bound of a document's link, each with its unit. */
export const linkLimits = {
  reconnect: { initialDelayMs: 500, maxDelayMs: 30_000, multiplier: 2 } satisfies BackOff,
  /** A connection that lasted so long was a good one: the next delay starts small again. */
  goodConnectionMs: 60_000,
  /** From the attempt to connect until the server's `hello`. */
  helloTimeoutMs: 10_000,
  tokenTimeoutMs: 30_000,
  /** A live connection on which something is due and nothing has moved for so long is given up. */
  stallTimeoutMs: 120_000,
} as const
