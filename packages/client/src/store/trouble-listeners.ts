import type { StoreTrouble } from './document-store.ts'
import type { StoreError } from './store-error.ts'

/** Who wants to hear of trouble. */
export interface TroubleListeners {
  add(listener: (trouble: StoreTrouble) => void): () => void
  tell(trouble: StoreTrouble): void
}

export function createTroubleListeners(): TroubleListeners {
  const listeners = new Set<(trouble: StoreTrouble) => void>()
  return {
    add: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    tell: (trouble) => {
      // In a turn of their own: a listener that throws is the page's uncaught error, not a failed write.
      for (const listener of listeners) queueMicrotask(() => listener(trouble))
    },
  }
}

/** What a failed call means for the person; `undefined` where only its caller is concerned. */
export function troubleOf(error: StoreError): StoreTrouble | undefined {
  switch (error.code) {
    case 'quotaExceeded':
    case 'versionChanged':
    case 'connectionLost':
      return { type: error.code }
    case 'unavailable':
    case 'corrupt':
      return { type: error.code, message: error.message }
    case 'otherGeneration':
    case 'closed':
      return undefined
  }
}
