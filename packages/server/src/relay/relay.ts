import type { ErrorCode } from '@rejoin/core'
import type { ServerChange, WriteResult } from './server-write.ts'
import type { RelayCounters } from './relay-counters.ts'

export type DocumentState =
  | { readonly type: 'absent' }
  | { readonly type: 'deleted'; readonly generation: string }
  /** `update`: the whole committed state as one Yjs V1 update. */
  | { readonly type: 'live'; readonly generation: string; readonly update: Uint8Array }

export interface WritePlace {
  readonly tenant: string
  readonly document: string
  readonly generation: string | undefined
}

/** What the rest of the server may ask of the rooms. */
export interface Relay {
  readonly counters: RelayCounters
  read(tenant: string, document: string): Promise<DocumentState>
  /**
   * Takes a change of the server in as a room takes anybody's, and resolves after its commit. `generation` is the life that the change was made
   * for; `undefined` where there was none: then it brings the document into being, in the life that a device has announced or the first.
   */
  write(place: WritePlace, change: ServerChange): Promise<WriteResult>
  /** Leaves a tombstone and closes the room's connections with 4404. `false` where there is no live document. */
  delete(tenant: string, document: string): Promise<boolean>
  /** The new generation, or `undefined` where the document is not deleted. */
  restore(tenant: string, document: string): Promise<string | undefined>
  /** The new generation, or `undefined` where the document is live. */
  create(tenant: string, document: string): Promise<string | undefined>
  /** Closes every connection with the code of this error, after finishing the commits under way, and takes no more. */
  drain(code: ErrorCode): Promise<void>
}
