import type { Connectivity } from './connectivity.ts'
import { nothingKnown, statusOf } from './connectivity-facts.ts'
import type { NetworkHints } from './network-hints.ts'

/** What is known without asking the server and without a battery to look at, as in a service worker that lives for seconds. */
export function hintedConnectivity(hasNetwork: () => boolean, hints: NetworkHints): Connectivity {
  return {
    get status() {
      return statusOf({ ...nothingKnown, hasNetwork: hasNetwork(), network: hints.read() })
    },
    subscribe: (listener) => hints.subscribe(listener),
  }
}
