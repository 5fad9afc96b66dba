import type { Awareness } from 'y-protocols/awareness'
import type { Doc } from 'yjs'

/**
 * - `loading`: the local copy is being read
 * - `offline`: no connection; edits are kept on this device
 * - `saving`: connected, and something is not stored on the server yet (or what the server has is still arriving)
 * - `stored`: the server has durably stored everything this device knows of
 * - `readOnly`: connected, and this user may not write
 * - `refused`: the server refused edits; they were set aside and can be exported
 * - `unavailable`: the document cannot be used (deleted, forbidden, or the local copy cannot be read); `reason` says why
 */
export type DocumentStatus = 'loading' | 'offline' | 'saving' | 'stored' | 'readOnly' | 'refused' | 'unavailable'

/** What a status chip needs. A new object for every change, the same one while nothing changes. */
export interface DocumentState {
  readonly status: DocumentStatus
  /** Everything made on this device so far is durably on this device (strict IndexedDB). `false` where persistence cannot tell. */
  readonly isOnDevice: boolean
  /** There are local edits that the server has not acknowledged as stored. */
  readonly hasUnstored: boolean
  /** One sentence for a person: why it is refused, unavailable or not connected. */
  readonly reason: string | undefined
}

/** Promises about everything done locally to the document before the call. */
export interface DocumentReceipt {
  /** Durable on this device. Rejects where the device cannot keep it. */
  readonly device: Promise<void>
  /** Durable on the server (committed, fsync). Stays pending while offline; rejects if the edits are refused or the document is closed first. */
  readonly stored: Promise<void>
}

/** A document that is open in this tab. */
export interface OpenDocument {
  readonly name: string
  /** Loaded from this device before it is handed out. Its client id is fresh for every `Y.Doc`. */
  readonly doc: Doc
  readonly awareness: Awareness
  readonly state: DocumentState
  /** Calls the listener after every change of `state`. The returned function stops it. */
  subscribe(listener: () => void): () => void
  receipt(): DocumentReceipt
  /** Stops syncing in this tab and destroys `doc`; what is dirty is still uploaded in the background. */
  close(): Promise<void>
}
