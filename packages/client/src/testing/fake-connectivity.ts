import type { ConnectivityStatus } from '@rejoin/core'
import type { Connectivity } from '../connectivity/connectivity.ts'

/** A connection and a battery that a test switches. */
export class FakeConnectivity implements Connectivity {
  status: ConnectivityStatus = {
    isOnline: true,
    connectionType: 'wifi',
    connectionQuality: 'good',
    lastConnected: null,
  }
  readonly #listeners = new Set<() => void>()

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  close(): void {
    this.#listeners.clear()
  }

  become(changes: Partial<ConnectivityStatus>): void {
    this.becomeUnheard(changes)
    for (const listener of this.#listeners) listener()
  }

  /** As a browser that tells nobody. */
  becomeUnheard(changes: Partial<ConnectivityStatus>): void {
    this.status = { ...this.status, ...changes }
  }
}
