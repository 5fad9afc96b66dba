/** What of a page's life matters to who drains. */
export interface PageLife {
  isVisible(): boolean
  /** Calls when the page is about to be frozen or put away, still able to let a lock go. The returned function stops it. */
  onFreezing(listener: () => void): () => void
}

/** For hosts without pages. */
export const alwaysAwake: PageLife = { isVisible: () => true, onFreezing: () => () => undefined }

/** The members of a browser window that are used. */
export interface PageWindowLike {
  readonly document: { readonly visibilityState: string } & Pick<EventTarget, 'addEventListener' | 'removeEventListener'>
  addEventListener: EventTarget['addEventListener']
  removeEventListener: EventTarget['removeEventListener']
}

export function browserPageLife(window: PageWindowLike): PageLife {
  return {
    isVisible: () => window.document.visibilityState === 'visible',
    onFreezing: (listener) => {
      const handle = (): void => listener()
      window.document.addEventListener('freeze', handle)
      window.addEventListener('pagehide', handle)
      return () => {
        window.document.removeEventListener('freeze', handle)
        window.removeEventListener('pagehide', handle)
      }
    },
  }
}
