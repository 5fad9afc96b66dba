import type { BackgroundSyncSettings, ConnectivityStatus } from '@rejoin/core'
import type { Connectivity } from '@rejoin/client/simulation'
import type { SeededRandom } from '@rejoin/core/testing'

const good: ConnectivityStatus = {
  isOnline: true,
  connectionType: 'wifi',
  connectionQuality: 'good',
  lastConnected: null,
}

/** Battery and connection of one device, as its pages are told. */
export class SimPower implements Connectivity {
  status: ConnectivityStatus = good
  readonly #listeners = new Set<() => void>()

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Something of it changes: the charger, the battery, the network, what the browser was told. */
  change(random: SeededRandom): void {
    this.#become(
      random.pick<Partial<ConnectivityStatus>>([
        { isCharging: random.chance(0.5) },
        { isCharging: false, batteryLevel: random.pick([5, 15, 40, 90]) },
        { connectionType: random.pick(['wifi', 'cellular', 'unknown']) },
        { connectionQuality: random.pick(['excellent', 'good', 'poor']) },
        { isSavingData: random.chance(0.5) },
      ]),
    )
  }

  heal(): void {
    this.#become({ ...good, isCharging: true, isSavingData: false })
  }

  #become(changes: Partial<ConnectivityStatus>): void {
    this.status = { ...this.status, ...changes }
    for (const listener of this.#listeners) listener()
  }
}

/** What a person sets, one thing at a time. */
export function drawSettings(random: SeededRandom): Partial<BackgroundSyncSettings> {
  return random.pick<Partial<BackgroundSyncSettings>>([
    { enabled: random.chance(0.6) },
    { syncOnlyWhenCharging: random.chance(0.8) },
    { minimumBatteryLevel: random.pick([0, 20, 50]) },
    { priorityThreshold: random.pick(['HIGH', 'NORMAL', 'LOW']) },
    { useMeteredConnection: random.chance(0.5) },
    { maximumConcurrentOperations: 1 + random.below(4) },
  ])
}
