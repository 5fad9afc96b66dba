import type { ConnectivityStatus } from '@rejoin/core'
import type { OnlineSignal, OnlineSignals } from '../connection/online-signals.ts'
import type { Connectivity } from '../connectivity/connectivity.ts'
import { callListener } from '../record-database/call-listener.ts'
import type { PageLife } from '../sync/page-life.ts'
import type { EngineOrder, PageNews } from './engine-surface.ts'

/** A page as its worker knows it, from what it is told. */
export class DistantPage {
  readonly #signalListeners = new Set<(signal: OnlineSignal) => void>()
  readonly #connectivityListeners = new Set<() => void>()
  readonly #freezeListeners = new Set<() => void>()
  #isOnline: boolean
  #status: ConnectivityStatus

  constructor({ isOnline, connectivity }: Pick<EngineOrder, 'isOnline' | 'connectivity'>) {
    this.#isOnline = isOnline
    this.#status = connectivity
  }

  readonly signals: OnlineSignals = {
    isOnline: () => this.#isOnline,
    subscribe: (listener) => {
      this.#signalListeners.add(listener)
      return () => this.#signalListeners.delete(listener)
    },
  }

  /** Whether anybody looks at the page is not known for sure, so a worker robs nobody: its page does. */
  readonly life: PageLife = {
    isVisible: () => false,
    onFreezing: (listener) => {
      this.#freezeListeners.add(listener)
      return () => this.#freezeListeners.delete(listener)
    },
  }

  get connectivity(): Connectivity {
    const read = (): ConnectivityStatus => this.#status
    return {
      get status() {
        return read()
      },
      subscribe: (listener) => {
        this.#connectivityListeners.add(listener)
        return () => this.#connectivityListeners.delete(listener)
      },
    }
  }

  hear(news: Exclude<PageNews, { readonly type: 'switched' }>): void {
    switch (news.type) {
      case 'signal':
        this.#isOnline = news.isOnline
        for (const listener of this.#signalListeners) callListener(() => listener(news.signal))
        return
      case 'connectivity':
        this.#status = news.status
        for (const listener of this.#connectivityListeners) callListener(listener)
        return
      case 'freezing':
        for (const listener of this.#freezeListeners) callListener(listener)
    }
  }
}
