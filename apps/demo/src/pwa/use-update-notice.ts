import { useEffect } from 'react'
import type { Flash } from '../stock/view/stock-context.ts'

const message = 'A new version of this page is here. You get it when you close this page, in every tab, and open it again.'

/** That a new build waits. It never takes over by itself: nobody is reloaded in the middle of something. */
export function useUpdateNotice(onFlash: (flash: Flash) => void): void {
  useEffect(() => {
    // Absent on plain-http pages of other hosts.
    if (!('serviceWorker' in navigator)) return undefined
    const container = navigator.serviceWorker
    const left = new AbortController()
    const { signal } = left
    const tell = (): void => onFlash({ message, isProblem: false })
    void container.ready.then((registration) => {
      if (registration.waiting !== null && !signal.aborted) tell()
      const follow = (): void => {
        const { installing } = registration
        // Without a controller it is the very first one.
        const look = (): void => {
          if (installing?.state === 'installed' && container.controller !== null) tell()
        }
        installing?.addEventListener('statechange', look, { signal })
      }
      registration.addEventListener('updatefound', follow, { signal })
    })
    return () => left.abort()
  }, [onFlash])
}
