import { z } from 'zod'

/** How often and when something that failed for now is tried again: after a delay between 0 and a ceiling that grows (`jitteredDelayMs`). */
export const retryConfigSchema = z.strictObject({
  /** Tries after the first. */
  maxRetries: z.int().min(0).max(20),
  initialDelayMs: z.number().min(0).max(60_000),
  maxDelayMs: z.number().min(0).max(600_000),
  multiplier: z.number().min(1).max(10),
})

export type RetryConfig = Readonly<z.infer<typeof retryConfigSchema>>

export const defaultRetryConfig: RetryConfig = { maxRetries: 3, initialDelayMs: 100, maxDelayMs: 5_000, multiplier: 2 }
