import { jitteredDelayMs, type Random } from '@rejoin/core'
import { connectivityLimits } from './connectivity-limits.ts'

/**
 * Whether the server is reached, as far as talking to it has shown.
 * - `unknown`: nothing was tried since there is a network
 * - `reached`
 * - `doubted`: a request failed; whether it is the network, a probe will tell
 * - `lost`: a second one failed too, or a probe
 */
export interface Reach {
  readonly type: 'unknown' | 'reached' | 'doubted' | 'lost'
  /** Probes since requests last went well. One that goes well resets nothing: where it alone does, it is not to be repeated quickly. */
  readonly attempt: number
  /** The one that is planned: another object is another plan. */
  readonly probe: { readonly delayMs: number } | undefined
}

/** Before anything was tried, the app's own first request will tell; and while there certainly is no network, nothing is asked. */
export const untried: Reach = { type: 'unknown', attempt: 0, probe: undefined }

export const requestWentWell: Reach = { type: 'reached', attempt: 0, probe: undefined }

/** The browser says that there is a network now. */
export const networkCame: Reach = { type: 'unknown', attempt: 0, probe: { delayMs: connectivityLimits.graceMs } }

export function requestFailed(reach: Reach, random: Random): Reach {
  const isLost = reach.type === 'doubted' || reach.type === 'lost'
  return { ...reach, type: isLost ? 'lost' : 'doubted', probe: reach.probe ?? planProbe(reach.attempt, random) }
}

export function probeWentWell({ attempt }: Reach): Reach {
  return { type: 'reached', attempt: attempt + 1, probe: undefined }
}

export function probeFailed({ attempt }: Reach, random: Random): Reach {
  return { type: 'lost', attempt: attempt + 1, probe: planProbe(attempt + 1, random) }
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
