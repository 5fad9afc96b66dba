/** When the host has nothing better to do. */
export interface QuietMoments {
  /** Calls once, at the latest after so long. The returned function stops it. */
  next(run: () => void, waitMs: number): () => void
}

/** The members of a browser window that are used. */
export interface QuietWindowLike {
  readonly document: { readonly visibilityState: string }
  requestIdleCallback?: (run: () => void, options: { readonly timeout: number }) => number
  cancelIdleCallback?: (handle: number) => void
}

/** `undefined` where the browser knows no quiet moments (Safari). Nobody is disturbed while the page is hidden, and idle callbacks are rare then. */
export function browserQuietMoments(window: QuietWindowLike): QuietMoments | undefined {
  if (window.requestIdleCallback === undefined) return undefined
  return {
    next: (run, waitMs) => {
      if (window.document.visibilityState === 'hidden' || window.requestIdleCallback === undefined) {
        run()
        return () => undefined
      }
      const handle = window.requestIdleCallback(run, { timeout: waitMs })
      return () => window.cancelIdleCallback?.(handle)
    },
  }
}
