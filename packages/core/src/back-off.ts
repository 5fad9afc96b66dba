import type { Random } from './seams.ts'

export interface BackOff {
  readonly initialDelayMs: number
  readonly maxDelayMs: number
  readonly multiplier: number
}

/**
 * How long to wait before attempt number `attempt` (0 = the first retry), with full jitter: uniform in [0, ceiling).
 * Full jitter, because clients that were cut off together must not come back together.
 */
export function jitteredDelayMs(backOff: BackOff, attempt: number, random: Random): number {
  const ceilingMs = Math.min(backOff.maxDelayMs, backOff.initialDelayMs * backOff.multiplier ** attempt)
  return Math.floor(random.next() * ceilingMs)
}
