import type { ConnectionQuality, ConnectivityStatus } from '@rejoin/core'
import type { BatteryHint } from './battery.ts'
import { connectivityLimits, qualityLimits } from './connectivity-limits.ts'
import type { NetworkHint } from './network-hints.ts'
import { untried, type Reach } from './reach.ts'

/** Everything the status is made of. */
export interface ConnectivityFacts {
  /** What the browser says: `false` is certain, `true` a hint. */
  readonly hasNetwork: boolean
  readonly network: NetworkHint
  readonly battery: BatteryHint | undefined
  readonly reach: Reach
  /** Of the last requests over this network, the latest last. */
  readonly roundTripsMs: readonly number[]
  /** ms since the epoch. */
  readonly lastConnected: number | null
}

export const nothingKnown: ConnectivityFacts = {
  hasNetwork: true,
  network: {},
  battery: undefined,
  reach: untried,
  roundTripsMs: [],
  lastConnected: null,
}

/** What is said of the facts. What nobody told is absent. */
export function statusOf(facts: ConnectivityFacts): ConnectivityStatus {
  const { network, battery, lastConnected } = facts
  const isOnline = facts.hasNetwork && facts.reach.type !== 'lost'
  const roundTripMs = measuredRoundTripMs(facts) ?? network.roundTripMs
  return {
    isOnline,
    connectionType: network.type ?? (facts.hasNetwork ? 'unknown' : 'none'),
    connectionQuality: isOnline ? qualityOf(facts) : 'offline',
    lastConnected,
    ...(network.downlink !== undefined && { networkSpeed: network.downlink }),
    ...(roundTripMs !== undefined && { roundTripMs }),
    ...battery,
    ...(network.isSavingData !== undefined && { isSavingData: network.isSavingData }),
  }
}

/** A request over this network was answered, after so long where that is known. */
export function noteRoundTrip(facts: ConnectivityFacts, roundTripMs: number | undefined): ConnectivityFacts {
  if (roundTripMs === undefined) return facts
  return { ...facts, roundTripsMs: [...facts.roundTripsMs, roundTripMs].slice(-connectivityLimits.roundTripsMax) }
}

function measuredRoundTripMs({ roundTripsMs }: ConnectivityFacts): number | undefined {
  return roundTripsMs.length === 0 ? undefined : Math.round(Math.min(...roundTripsMs))
}

/**
 * Our own round trips say more of the way to our server than what the browser believes of the network; with neither, the connection counts
 * as good, which holds nothing back.
 */
function qualityOf(facts: ConnectivityFacts): Exclude<ConnectionQuality, 'offline'> {
  const { downlink, effectiveType, roundTripMs: believedMs } = facts.network
  const measuredMs = measuredRoundTripMs(facts)
  const roundTripMs = measuredMs ?? believedMs
  const isCalledSlow = effectiveType === 'slow-2g' || effectiveType === '2g'
  const isSlow = roundTripMs !== undefined && roundTripMs >= qualityLimits.poorRoundTripMsMin
  const isNarrow = downlink !== undefined && downlink <= qualityLimits.poorDownlinkMax
  if (isSlow || isNarrow || (isCalledSlow && measuredMs === undefined)) return 'poor'
  const isQuick = roundTripMs !== undefined && roundTripMs <= qualityLimits.excellentRoundTripMsMax
  const isWide = downlink === undefined || downlink >= qualityLimits.excellentDownlinkMin
  return isQuick && isWide ? 'excellent' : 'good'
}
