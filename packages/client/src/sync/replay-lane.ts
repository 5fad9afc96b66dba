import type { Priority } from '@rejoin/core'

/** Requests of the app that are sent one after the other; what is first of them may be sent, now or at a time. */
export interface ReplayLane {
  readonly lane: string
  /** The highest of what waits in it. */
  readonly level: Priority
  /** How many wait in it. */
  readonly waiting: number
  /** A server may have the first of them already. */
  readonly wasSent: boolean
  /** Its turn comes before that of every operation that may be sent now. */
  readonly isAhead: boolean
  /** As planned by the retry schedule; `undefined`: now. */
  readonly nextRetryAt: number | undefined
}
