import { jitteredDelayMs, type Random } from '@rejoin/core'
import { connectivityLimits } from './connectivity-limits.ts'

/** What the app's own talking to the server is made of: calls over HTTP, and connections that stay open. */
export type TrafficKind = 'request' | 'socket'

/**
 * Whether the server is reached, as far as talking to it has shown.
 * - `unknown`: nothing was tried since there is a network
 * - `reached`
 * - `doubted`: a request failed; whether it is the network, a probe will tell
 * - `lost`: a second one failed too, or a probe
 */
export interface Reach {
  readonly type: 'unknown' | 'reached' | 'doubted' | 'lost'
  /** Probes since all that failed last went well. One that goes well resets nothing: where it alone does, it is not to be repeated quickly. */
  readonly attempt: number
  /** What failed and did not go well since: a network that lets requests through may let no socket through. */
  readonly failed: ReadonlySet<TrafficKind>
  /** The one that is planned: another object is another plan. */
  readonly probe: { readonly delayMs: number } | undefined
}

/** Before anything was tried, the app's own first request will tell; and while there certainly is no network, nothing is asked. */
export const untried: Reach = { type: 'unknown', attempt: 0, failed: new Set(), probe: undefined }

/** Forgives what failed of its kind alone: a probe that goes well sends requests on their way, and they would forgive every socket. */
export function wentWell(reach: Reach, kind: TrafficKind): Reach {
  const failed = new Set([...reach.failed].filter((each) => each !== kind))
  return { type: 'reached', attempt: failed.size === 0 ? 0 : reach.attempt, failed, probe: undefined }
}

/** The browser says that there is a network now. */
export const networkCame: Reach = { ...untried, probe: { delayMs: connectivityLimits.graceMs } }

export function hasFailed(reach: Reach, kind: TrafficKind, random: Random): Reach {
  return { ...doubt(reach, random), failed: new Set([...reach.failed, kind]) }
}

/** Nothing was tried and failed, and yet the server may be out of reach. */
export function doubt(reach: Reach, random: Random): Reach {
  const isLost = reach.type === 'doubted' || reach.type === 'lost'
  return { ...reach, type: isLost ? 'lost' : 'doubted', probe: reach.probe ?? planProbe(reach.attempt, random) }
}

export function probeWentWell(reach: Reach): Reach {
  return { ...reach, type: 'reached', attempt: reach.attempt + 1, probe: undefined }
}

export function probeFailed(reach: Reach, random: Random): Reach {
  const attempt = reach.attempt + 1
  return { ...reach, type: 'lost', attempt, probe: planProbe(attempt, random) }
}

/** Nothing may be asked now. The next failure plans anew, or somebody who looks at the page. */
export function withoutProbe(reach: Reach): Reach {
  return { ...reach, probe: undefined }
}

/** Somebody looks at the page: a long wait is not sat out. */
export function wokeUp(reach: Reach): Reach {
  return reach.type === 'doubted' || reach.type === 'lost' ? { ...reach, attempt: 0, probe: { delayMs: 0 } } : reach
}

function planProbe(attempt: number, random: Random): Reach['probe'] {
  return { delayMs: jitteredDelayMs(connectivityLimits.probeRetry, attempt, random) }
}
