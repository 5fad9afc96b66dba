import type { Client, OpenDocument } from '@rejoin/client'
import type { Doc } from 'yjs'

interface Exposed {
  readonly client: Client
  readonly room: string
  readonly document: OpenDocument | undefined
  readonly doc: Doc | undefined
}

declare global {
  interface Window {
    /** For end-to-end tests, to compare documents byte by byte. To be read, not written. */
    rejoinDemo?: Exposed
  }
}

/** Shows tests what is open; the returned function takes it back. */
export function exposeToTests({ client, room, document }: Omit<Exposed, 'doc'>): () => void {
  const exposed: Exposed = { client, room, document, doc: document?.doc }
  window.rejoinDemo = exposed
  return () => {
    if (window.rejoinDemo === exposed) delete window.rejoinDemo
  }
}
