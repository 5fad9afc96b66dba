import type { Schema } from '@rejoin/core'
import type { CaptureOptions, Requests } from './captured-requests/requests.ts'
import type { ClientAuth } from './client-auth.ts'
import type { Connectivity } from './connectivity/connectivity.ts'
import type { Devices } from './devices/devices.ts'
import type { OpenDocument } from './documents/open-document.ts'
import type { Attention, Outbox } from './outbox/attention.ts'
import type { Records } from './records/records.ts'
import type { Scenes } from './scenes/scenes.ts'
import type { WorkerLike } from './engine-worker/worker-like.ts'
import type { RecordSettings } from './scope/record-settings.ts'
import type { SetAsideCopy, StoreTrouble, YIndexedDbImport } from './store/document-store.ts'
import type { Sync } from './sync/sync-state.ts'

export interface ClientOptions {
  /** Where the server is: `http(s)://` or `ws(s)://`, with or without a trailing slash. */
  readonly url: string
  /** Names the local database, so that two apps on one origin do not meet. Default `rejoin`. */
  readonly app?: string | undefined
  readonly auth?: ClientAuth | undefined
  /** `managed` (default): one database with receipts and background upload; `y-indexeddb`: plain y-indexeddb, without the `device` receipt. */
  readonly persistence?: 'managed' | 'y-indexeddb' | undefined
}

export interface RecordsClientOptions<Own extends Schema> extends ClientOptions {
  /** The records of the app; the same definition as the server's. */
  readonly schema: Own
  /**
   * - `enabled` (default): records are synced as soon as there is a server
   * - `optIn`: everything works on this device and nothing leaves it until `client.sync.enable()`
   *
   * What a person decided is kept over reloads and stands above this.
   */
  readonly sync?: 'enabled' | 'optIn' | undefined
  readonly settings?: RecordSettings | undefined
  /**
   * Syncs records in this worker, whose module calls `hostSync` of `@rejoin/client/worker`; the page goes on alone when it dies. It stays the
   * app's: closing the client does not end it. Not used where there are no IndexedDB and Web Locks.
   */
  readonly worker?: WorkerLike | undefined
  /** Requests of the app that wait in the outbox when the network fails them; none by default. */
  readonly requests?: CaptureOptions | undefined
}

/** All documents together, in one honest line. */
export interface SyncStatus {
  /** `offline` as soon as one opened or dirty document has no connection. `stored` only if every one of them is. */
  readonly status: 'offline' | 'saving' | 'stored' | 'attention'
  /** Documents with local edits that the server has not acknowledged, open or not. */
  readonly dirtyDocuments: number
  /** Copies that were set aside and wait for a person. */
  readonly setAsideCopies: number
  /** Why documents that nobody has open are not uploaded by themselves at the moment: a code for programs and a sentence for a person. */
  readonly heldBack?: { readonly code: string; readonly reason: string }
}

export interface Documents {
  /** Opening one name twice gives two handles on one `Y.Doc`. */
  open(name: string): Promise<OpenDocument>
  /**
   * Takes over what an app kept with y-indexeddb, once, and brings it to the server. The document has the name of the database unless told
   * otherwise; the old database stays as it is. Rejects and imports nothing where it cannot all be read.
   */
  importYIndexedDb(databaseName: string, documentName?: string): Promise<YIndexedDbImport>
  listSetAside(): Promise<readonly SetAsideCopy[]>
  /** As one Yjs V1 update, to be kept as a file. */
  exportSetAside(id: number): Promise<Uint8Array | undefined>
  discardSetAside(id: number): Promise<void>
}

export interface Client {
  readonly documents: Documents
  readonly connectivity: Connectivity
  readonly syncStatus: SyncStatus
  /** Calls the listener after every change of `syncStatus`. The returned function stops it. */
  subscribe(listener: () => void): () => void
  /** Trouble of the local database, as it happens. */
  onTrouble(listener: (trouble: StoreTrouble) => void): () => void
  /** The person's own switch: `false` closes every connection and keeps it closed until `true`. */
  setOnline(isOnline: boolean): void
  readonly isOnline: boolean
  close(): Promise<void>
}

/** A client with records. They are in a database of their own, which is opened at once and awaited by every call. */
export interface RecordsClient<Own extends Schema = Schema> extends Client {
  readonly records: Records<Own>
  readonly sync: Sync
  readonly outbox: Outbox
  readonly attention: Attention
  readonly requests: Requests
  readonly scenes: Scenes
  readonly devices: Devices
}
