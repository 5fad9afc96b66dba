import type { BackOff } from '@rejoin/core'

/** Every bound of the engine, each with its unit. */
export const engineLimits = {
  /** Between requests that failed for no fault of an operation. */
  retry: { initialDelayMs: 1_000, maxDelayMs: 60_000, multiplier: 2 } satisfies BackOff,
  /** The feed only saves probes, so a network that lets none through is soon left alone. */
  feedRetry: { initialDelayMs: 1_000, maxDelayMs: 300_000, multiplier: 2 } satisfies BackOff,
  /** One that lasted so long was good: the next is opened soon. */
  goodFeedMs: 60_000,
  /** Where only a person can help (sign in again, update the app), the server is asked this seldom. */
  hopelessRetryMs: 300_000,
  /** What the head was confirmed by so long ago is confirmed again: early enough that an `upToDate` does not end before the answer. */
  probeAgeMs: 30_000,
  /** Whatever the feed says, so often the server is asked. */
  syncIntervalMs: 300_000,
  /** Work of which nothing was heard for so long is given up; transport and database have shorter bounds of their own. */
  workTimeoutMs: 120_000,
  /** Beside a request that takes longer than this the device is looked at: what else is to be sent is not known before. */
  lookBesideMs: 1_000,
  /** While one batch follows the other the outbox is counted so seldom: nothing can be settled while it is. */
  countPauseMs: 250,
  /** How often a whole batch may meet a fault of the server before it is halved to find out whether one operation is to blame. */
  faultsBeforeBisect: 3,
  /** So many operations set aside one after the other speak against the request itself; from then on each waits as for a person. */
  blamedBeforeWait: 4,
  /** The server's own `Retry-After` is believed up to here. */
  retryAfterMsMax: 600_000,
  /** The tab that drains says so this often, … */
  heartbeatMs: 2_500,
  /** … is asked whether it is still there after so long a silence, … */
  silenceMs: 8_000,
  /** … and is replaced by a visible tab if it does not answer for so long. */
  rollCallMs: 2_000,
  /** A tab that lost its reign to one that it cannot see does not take it back at once. */
  truceMs: 10_000,
  /** Background requests wait so long at most for the page to have a quiet moment. */
  idleWaitMs: 300,
  /** "Sync now" in a tab that does not drain waits so long for the one that does. */
  requestTimeoutMs: 60_000,
} as const
