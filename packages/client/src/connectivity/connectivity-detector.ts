import type { Clock, ConnectivityStatus, Random, Scheduler } from '@rejoin/core'
import type { OnlineSignal, OnlineSignals } from '../connection/online-signals.ts'
import { callListener } from '../record-database/call-listener.ts'
import type { Battery } from './battery.ts'
import { connectivityLimits } from './connectivity-limits.ts'
import { noteRoundTrip, nothingKnown, statusOf, type ConnectivityFacts } from './connectivity-facts.ts'
import type { Connectivity } from './connectivity.ts'
import type { NetworkHints } from './network-hints.ts'
import type { ToldTraffic } from './told-traffic.ts'
import {
  doubt,
  hasFailed,
  networkCame,
  probeFailed,
  probeWentWell,
  untried,
  wentWell,
  withoutProbe,
  wokeUp,
  type Reach,
  type TrafficKind,
} from './reach.ts'

/** `undefined`: the server did not answer. */
export type ProbeOutcome = { readonly roundTripMs: number } | undefined

export interface ConnectivityDetectorParts {
  readonly signals: OnlineSignals
  readonly network: NetworkHints
  readonly battery: Battery
  /** Asks the server whether it is there. Never rejects. */
  readonly probe: () => Promise<ProbeOutcome>
  /** Whether anything may leave this device by itself now: asked just before each probe. */
  readonly mayProbe: () => boolean
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
}

/**
 * Puts together what browser, battery and the app's own requests say of the connection. It asks the server itself only where nobody else
 * does: after the browser's `online`, and when requests fail although there seems to be a network.
 */
export class ConnectivityDetector implements Connectivity, ToldTraffic {
  readonly #parts: ConnectivityDetectorParts
  readonly #listeners = new Set<() => void>()
  readonly #refoundListeners = new Set<() => void>()
  readonly #stops: readonly (() => void)[]
  #facts: ConnectivityFacts
  #status: ConnectivityStatus
  #cancelProbe: (() => void) | undefined
  /** Probes that were begun; an answer to an older one is not heard. */
  #probeCount = 0
  #isClosed = false
  /** When this page last learnt something by a request of its own, by the device's clock. */
  #ownTrafficAt = -Infinity

  constructor(parts: ConnectivityDetectorParts) {
    this.#parts = parts
    const { signals, network, battery } = parts
    this.#facts = { ...nothingKnown, hasNetwork: signals.isOnline(), network: network.read() }
    this.#status = statusOf(this.#facts)
    this.#stops = [
      signals.subscribe((signal) => this.#sense(signal)),
      network.subscribe(() => this.#learn(this.#withHints())),
      battery.follow((hint) => this.#learn({ ...this.#facts, battery: hint })),
    ]
  }

  /** As of now: what the browser does not tell of itself is noticed here. Who listens hears of it a moment later, not inside of a reading. */
  get status(): ConnectivityStatus {
    if (this.#note(this.#withHints())) void Promise.resolve().then(() => this.#tell())
    return this.#status
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls when a probe reaches the server that was lost: whoever waits to try again need not wait any longer. */
  onRefound(listener: () => void): () => void {
    this.#refoundListeners.add(listener)
    return () => this.#refoundListeners.delete(listener)
  }

  /** A request of the app was answered by the server, whatever it said; `roundTripMs` where it took that long for the network's sake. */
  noteAnswer(roundTripMs?: number, kind: TrafficKind = 'request'): void {
    this.#ownTrafficAt = this.#parts.clock.now()
    this.#noteAnswer(roundTripMs, kind)
  }

  /** A request of the app did not reach the server, or something else answered. */
  noteFailure(kind: TrafficKind = 'request'): void {
    this.#ownTrafficAt = this.#parts.clock.now()
    this.#noteFailure(kind)
  }

  /** Another tab, or a worker, had an answer of the server. */
  noteToldAnswer(answeredAt: number): void {
    const isRecent = Math.abs(this.#parts.clock.now() - answeredAt) < connectivityLimits.toldAgeMsMax
    if (isRecent && !this.#hasOwnTraffic()) this.#noteAnswer()
  }

  noteToldFailure(): void {
    if (!this.#hasOwnTraffic()) this.#noteFailure()
  }

  close(): void {
    this.#isClosed = true
    for (const stop of this.#stops) stop()
    this.#cancelProbe?.()
    this.#listeners.clear()
    this.#refoundListeners.clear()
  }

  #hasOwnTraffic(): boolean {
    return Math.abs(this.#parts.clock.now() - this.#ownTrafficAt) < connectivityLimits.ownTrafficMs
  }

  #noteAnswer(roundTripMs?: number, kind: TrafficKind = 'request'): void {
    // Not every change of the hints is told.
    const facts = noteRoundTrip(this.#withHints(), roundTripMs)
    this.#learn({ ...facts, reach: wentWell(facts.reach, kind), lastConnected: this.#connectedAt() })
  }

  #noteFailure(kind: TrafficKind = 'request'): void {
    if (this.#facts.hasNetwork) this.#reach(hasFailed(this.#facts.reach, kind, this.#parts.random))
  }

  #sense(signal: OnlineSignal): void {
    const hasNetwork = this.#parts.signals.isOnline()
    const network = this.#parts.network.read()
    // A page that was frozen may have missed the browser's word.
    const isOther = hasNetwork !== this.#facts.hasNetwork
    if (isOther || signal === 'online' || signal === 'offline') {
      // What was measured was another network's.
      this.#learn({ ...this.#facts, hasNetwork, network, roundTripsMs: [], reach: hasNetwork ? networkCame : untried })
    } else {
      this.#learn({ ...this.#facts, network, reach: wokeUp(this.#facts.reach) })
    }
  }

  #withHints(): ConnectivityFacts {
    const facts = this.#facts
    const network = this.#parts.network.read()
    const isOther = network.type !== facts.network.type
    const isContradicted = network.type === 'none' && isOther && facts.hasNetwork
    return {
      ...facts,
      network,
      ...(isOther && { roundTripsMs: [] }),
      ...(isContradicted && { reach: doubt(facts.reach, this.#parts.random) }),
    }
  }

  #reach(reach: Reach): void {
    this.#learn({ ...this.#facts, reach })
  }

  #learn(facts: ConnectivityFacts): void {
    if (this.#note(facts)) this.#tell()
  }

  /** Whether something is to be told. */
  #note(facts: ConnectivityFacts): boolean {
    if (this.#isClosed) return false
    const isReplanned = facts.reach.probe !== this.#facts.reach.probe
    this.#facts = facts
    if (isReplanned) this.#planProbe()
    const status = statusOf(facts)
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return false
    this.#status = status
    return true
  }

  #tell(): void {
    for (const listener of this.#listeners) callListener(listener)
  }

  #planProbe(): void {
    this.#cancelProbe?.()
    this.#cancelProbe = undefined
    this.#probeCount++
    const { probe } = this.#facts.reach
    if (probe !== undefined) this.#cancelProbe = this.#parts.scheduler.after(probe.delayMs, () => void this.#probe())
  }

  async #probe(): Promise<void> {
    if (!this.#parts.mayProbe()) return this.#reach(withoutProbe(this.#facts.reach))
    const ordinal = ++this.#probeCount
    const outcome = await this.#parts.probe()
    if (this.#isClosed || ordinal !== this.#probeCount) return
    if (outcome === undefined) return this.#reach(probeFailed(this.#facts.reach, this.#parts.random))
    const wasLost = this.#facts.reach.type === 'lost'
    const facts = noteRoundTrip(this.#facts, outcome.roundTripMs)
    this.#learn({ ...facts, reach: probeWentWell(facts.reach), lastConnected: this.#connectedAt() })
    if (wasLost) for (const listener of this.#refoundListeners) callListener(listener)
  }

  #connectedAt(): number {
    const now = this.#parts.clock.now()
    const { lastConnected } = this.#facts
    const isFine = lastConnected !== null && Math.abs(now - lastConnected) < connectivityLimits.lastConnectedGrainMs
    return isFine ? lastConnected : now
  }
}
