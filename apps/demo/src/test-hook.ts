import type { Client, OpenDocument } from '@rejoin/client'
import type { Doc } from 'yjs'
import { encodeStateAsUpdate } from 'yjs'

interface Exposed {
  readonly client: Client
  readonly room: string
  readonly document: OpenDocument | undefined
  readonly doc: Doc | undefined
  /** The whole document as one Yjs V1 update. */
  readonly encode: () => Uint8Array | undefined
}

declare global {
  interface Window {
    /** For end-to-end tests, to compare documents byte by byte. To be read, not written. */
    rejoinDemo?: Exposed
  }
}

/** Shows tests what is open; the returned function takes it back. */
export function exposeToTests({ client, room, document }: Pick<Exposed, 'client' | 'room' | 'document'>): () => void {
  const doc = document?.doc
  const exposed: Exposed = { client, room, document, doc, encode: () => doc && encodeStateAsUpdate(doc) }
  window.rejoinDemo = exposed
  return () => {
    if (window.rejoinDemo === exposed) delete window.rejoinDemo
  }
}
