import type { DocumentLease } from './document-registry.ts'
import type { OpenDocument } from './open-document.ts'

/** One opener's handle on a document that others may have open too: closing it silences only its own listeners. */
export function createOpenDocument(lease: DocumentLease, onReleased: () => void): OpenDocument {
  const { session } = lease
  const unsubscribes = new Set<() => void>()
  return {
    name: session.name,
    doc: session.doc,
    awareness: session.awareness,
    get state() {
      return session.state
    },
    subscribe: (listener) => {
      const unsubscribe = session.subscribe(() => listener())
      unsubscribes.add(unsubscribe)
      return () => {
        unsubscribes.delete(unsubscribe)
        unsubscribe()
      }
    },
    receipt: () => session.receipt(),
    close: async () => {
      for (const unsubscribe of unsubscribes) unsubscribe()
      unsubscribes.clear()
      try {
        await lease.release()
      } finally {
        onReleased()
      }
    },
  }
}
