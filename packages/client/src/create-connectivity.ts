import { browserBattery } from './connectivity/browser-battery.ts'
import { browserNetworkHints } from './connectivity/browser-network-hints.ts'
import { noBattery } from './connectivity/battery.ts'
import { ConnectivityDetector } from './connectivity/connectivity-detector.ts'
import { createHttpProbe } from './connectivity/http-probe.ts'
import { noNetworkHints } from './connectivity/network-hints.ts'
import { alwaysOnline, browserSignals } from './connection/online-signals.ts'
import { syncUrls } from './sync/sync-urls.ts'
import { hostTime } from './host/host-time.ts'

/** What the host tells of connection and power. Nothing is asked of the server by a page that nobody looks at. */
export function createConnectivity(url: string, mayProbe: () => boolean): ConnectivityDetector {
  const hasNavigator = typeof navigator !== 'undefined'
  const isVisible = (): boolean => typeof document === 'undefined' || document.visibilityState === 'visible'
  return new ConnectivityDetector({
    ...hostTime,
    signals: typeof window === 'undefined' ? alwaysOnline : browserSignals(window),
    network: hasNavigator ? browserNetworkHints(navigator) : noNetworkHints,
    battery: hasNavigator ? browserBattery(navigator) : noBattery,
    probe: createHttpProbe({ ...hostTime, url: syncUrls(url).test, fetch: (address, init) => fetch(address, init) }),
    mayProbe: () => isVisible() && mayProbe(),
  })
}
