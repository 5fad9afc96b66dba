import type { OpenDocument } from '@rejoin/client'
import { applyUpdate, Doc, encodeStateAsUpdate } from 'yjs'
import type { DemoClient } from './demo-client.ts'

interface Exposed {
  readonly client: DemoClient
  /** `undefined` in the stock room, as are the document and what is in it. */
  readonly room: string | undefined
  readonly document: OpenDocument | undefined
  readonly doc: Doc | undefined
  /** The document as one Yjs V1 update in the same form on every device. */
  readonly encode: () => Uint8Array | undefined
}

declare global {
  interface Window {
    /** For end-to-end tests, to compare documents byte by byte. To be read, not written. */
    rejoinDemo?: Exposed
  }
}

/** Through a fresh document, because the undo stack keeps deleted content alive on its author's device only. */
function encodeAlike(doc: Doc): Uint8Array {
  const copy = new Doc()
  applyUpdate(copy, encodeStateAsUpdate(doc))
  return encodeStateAsUpdate(copy)
}

/** Shows tests what is open; the returned function takes it back. */
export function exposeToTests({ client, room, document }: Pick<Exposed, 'client' | 'room' | 'document'>): () => void {
  const doc = document?.doc
  const exposed: Exposed = { client, room, document, doc, encode: () => doc && encodeAlike(doc) }
  window.rejoinDemo = exposed
  return () => {
    if (window.rejoinDemo === exposed) delete window.rejoinDemo
  }
}
