import type { BackOff } from '@rejoin/core'

/**
 * What makes a connection excellent or poor; in between it is good. Poor is what the Network Information API calls `2g` or less: there a
 * request of some kilobytes takes seconds.
 */
export const qualityLimits = {
  /** A round trip of at most so long, … */
  excellentRoundTripMsMax: 150,
  /** … and at least so many Mbit/s, where the browser says. */
  excellentDownlinkMin: 5,
  poorRoundTripMsMin: 1_400,
  /** Mbit/s. */
  poorDownlinkMax: 0.07,
} as const

/** Every bound of the detector, each with its unit. */
export const connectivityLimits = {
  /** Round trips that are remembered; the shortest counts, since a large body or a busy server makes no connection slow. */
  roundTripsMax: 3,
  /** After the browser's `online` the app's own requests have so long to show whether it is true. */
  graceMs: 2_000,
  /** Between probes while the server is not reached, or while it is reached and requests fail all the same. */
  probeRetry: { initialDelayMs: 1_000, maxDelayMs: 300_000, multiplier: 2 } satisfies BackOff,
  probeTimeoutMs: 10_000,
  /** A page that made no request of its own for so long believes what others found out. */
  ownTrafficMs: 60_000,
  /** What others heard of the server longer ago says nothing of now. */
  toldAgeMsMax: 15_000,
  /** When the server was last reached is told no finer than this: nobody is to be woken for every request. */
  lastConnectedGrainMs: 10_000,
} as const
