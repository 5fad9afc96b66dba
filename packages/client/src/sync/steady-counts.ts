import type { OutboxCounts } from './sync-store.ts'

/** The counts with their times moved by so many ms, as from the device's clock to steady time. */
export function shiftTimes(counts: OutboxCounts, byMs: number): OutboxCounts {
  const shift = (at: number | undefined): number | undefined => (at === undefined ? undefined : at + byMs)
  const { replays } = counts
  return {
    ...counts,
    nextRetryAt: shift(counts.nextRetryAt),
    ...(replays !== undefined && { replays: replays.map((lane) => ({ ...lane, nextRetryAt: shift(lane.nextRetryAt) })) }),
  }
}
