import type { Client } from './client.ts'
import type { Connectivity } from './connectivity/connectivity.ts'

/** A client that says how its connection is. What it knows that from is closed with it. */
export function withConnectivity(client: Omit<Client, 'connectivity'>, connectivity: Connectivity & { close(): void }): Client {
  return {
    documents: client.documents,
    connectivity,
    get syncStatus() {
      return client.syncStatus
    },
    get isOnline() {
      return client.isOnline
    },
    subscribe: (listener) => client.subscribe(listener),
    onTrouble: (listener) => client.onTrouble(listener),
    setOnline: (isOnline) => client.setOnline(isOnline),
    close: () => {
      connectivity.close()
      return client.close()
    },
  }
}
