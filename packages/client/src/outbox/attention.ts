import type { RecordRow, ResultCode } from '@rejoin/core'
import type { CapturedRequest, OutboxEntry, QueuedOperation } from './outbox-entry.ts'

/** Something that a person should know or decide. Kept until they do. */
export interface AttentionItem {
  readonly id: number
  /** - `rejected`, `conflict`: the server took nothing of it
   *  - `overruled`: the policy took somebody else's value for `lostFields`
   *  - `failed`: it used up its attempts; the entry is still in the outbox
   *  - `blocked`: what it depends on was rejected; the entry is still in the outbox
   *  - `unreadable`: the stored entry is damaged; `raw` is what was found */
  readonly kind: 'rejected' | 'conflict' | 'overruled' | 'failed' | 'blocked' | 'unreadable'
  readonly entityType: string
  readonly recordId: string
  /** For people: "Create recipe Borscht". */
  readonly title: string
  readonly operation: QueuedOperation | undefined
  /** In place of an operation: a request of the app. */
  readonly request?: CapturedRequest | undefined
  readonly entryId: number | undefined
  readonly code: ResultCode | undefined
  readonly message: string
  readonly lostFields: readonly string[]
  readonly serverState: RecordRow | undefined
  readonly raw?: unknown
  readonly at: number
  /** The notice was hidden; the item stays. */
  readonly isDismissed: boolean
}

export interface Attention {
  list(): Promise<readonly AttentionItem[]>
  /** Calls at once and after every change. */
  subscribe(listener: (items: readonly AttentionItem[]) => void): () => void
  /** Sends it once more as a new operation (`retryOf`), on the version the server has now; a failed or blocked entry goes back to its lane. */
  retry(id: number): Promise<void>
  /** As `retry`, with other fields. Rejects for a request of the app: only the app knows what may be changed in it. */
  editAndResend(id: number, changes: Readonly<Record<string, unknown>>): Promise<void>
  /** Hides the notice only. */
  dismiss(id: number): Promise<void>
  /** Gives the change up for good: what the server has is shown. What depends on a create that is given up goes with it, and is returned. */
  discard(id: number): Promise<readonly AttentionItem[]>
  /** Everything that waits for a person, as JSON text for a file. */
  export(): Promise<string>
}

/** What waits for the server. */
export interface Outbox {
  list(): Promise<readonly OutboxEntry[]>
  subscribe(listener: (entries: readonly OutboxEntry[]) => void): () => void
  /** All unsettled work, as JSON text for a file. */
  export(): Promise<string>
}
