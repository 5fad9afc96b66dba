import type { OnlineSignals } from '../connection/online-signals.ts'

/** The same signals; a server that is found again is as good a reason not to sit out a wait as a page that comes to the front. */
export function withRefound(signals: OnlineSignals, detector: { onRefound(listener: () => void): () => void }): OnlineSignals {
  return {
    isOnline: () => signals.isOnline(),
    subscribe: (listener) => {
      const stops = [signals.subscribe(listener), detector.onRefound(() => listener('woke'))]
      return () => stops.forEach((stop) => stop())
    },
  }
}
