/** - `online`, `offline`: what the browser believes; only `offline` is certain
 *  - `woke`: the page came to the front
 *  - `restored`: the page was frozen and may have missed messages of its neighbours */
export type OnlineSignal = 'online' | 'offline' | 'woke' | 'restored'

/** What the host knows about network and page. */
export interface OnlineSignals {
  isOnline(): boolean
  /** The returned function stops it. */
  subscribe(listener: (signal: OnlineSignal) => void): () => void
}

/** For hosts without a browser: always online, never asleep. */
export const alwaysOnline: OnlineSignals = { isOnline: () => true, subscribe: () => () => undefined }

/** The members of a browser window that are used. */
export interface WindowLike {
  readonly navigator: { readonly onLine: boolean }
  readonly document: { readonly visibilityState: string } & Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
  addEventListener: EventTarget['addEventListener']
  removeEventListener: EventTarget['removeEventListener']
}

export function browserSignals(window: WindowLike): OnlineSignals {
  return {
    isOnline: () => window.navigator.onLine,
    subscribe: (listener) => {
      const heard: readonly (readonly [
        Pick<EventTarget, 'addEventListener' | 'removeEventListener'>,
        string,
        (event: Event) => void,
      ])[] = [
        [window, 'online', () => listener('online')],
        [window, 'offline', () => listener('offline')],
        [window, 'pageshow', (event) => listener('persisted' in event && event.persisted === true ? 'restored' : 'woke')],
        [window.document, 'resume', () => listener('restored')],
        [window.document, 'visibilitychange', () => window.document.visibilityState === 'visible' && listener('woke')],
      ]
      for (const [target, type, handle] of heard) target.addEventListener(type, handle)
      return () => {
        for (const [target, type, handle] of heard) target.removeEventListener(type, handle)
      }
    },
  }
}
