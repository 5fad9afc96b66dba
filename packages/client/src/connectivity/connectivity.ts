import type { ConnectivityStatus } from '@rejoin/core'

/** What this page knows of its connection and its power. */
export interface Connectivity {
  /** The same object until something of it changes. */
  readonly status: ConnectivityStatus
  /** Calls the listener after every change of `status`. The returned function stops it. */
  subscribe(listener: () => void): () => void
}
