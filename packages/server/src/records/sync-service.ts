import type { ChangeHint, ChangesResponse, Operation, OperationResult, RecordRow, SyncRequest, SyncResponse } from '@rejoin/core'
import type { Identity } from '../auth/identity.ts'

/** A record for other clients: the row with both its ids. */
export interface RestRow extends RecordRow {
  /** The client's id: the `recordId`. */
  readonly id: string
  readonly serverId: string
}

export interface RestPage {
  readonly records: readonly RestRow[]
  readonly checkpoint: string | undefined
  readonly hasMore: boolean
  readonly serverTime: string
  readonly resyncRequired?: ChangesResponse['resyncRequired']
}

/** A request as a whole that cannot be taken. */
export class SyncRequestError extends Error {
  override readonly name = 'SyncRequestError'
  readonly code: 'BAD_REQUEST' | 'TOO_LARGE' | 'FORBIDDEN' | 'NOT_FOUND' | 'OVERLOADED'

  constructor(code: SyncRequestError['code'], message: string) {
    super(message)
    this.code = code
  }
}

/** Everything that can be done with records, whatever the transport. Rejects with `SyncRequestError`, or where the store fails. */
export interface SyncService {
  sync(identity: Identity, request: SyncRequest): Promise<SyncResponse>
  changes(identity: Identity, page: { readonly checkpoint: string | undefined; readonly limit: number }): Promise<ChangesResponse>
  /** `since` is a checkpoint or an ISO time. */
  list(
    identity: Identity,
    page: { readonly entityType: string; readonly since: string | undefined; readonly limit: number },
  ): Promise<RestPage>
  /** `undefined` where there is none, or none that this user may see: both alike. Deleted records are found. */
  get(identity: Identity, key: { readonly entityType: string; readonly recordId: string }): Promise<RestRow | undefined>
  /** Operations of one entity, judged like any; those of another entity are refused. */
  apply(identity: Identity, entityType: string, operations: readonly unknown[]): Promise<readonly OperationResult[]>
  /** The head now, and each time it moves, after the commit. The returned function stops it. */
  follow(identity: Identity, listener: (hint: ChangeHint) => void): Promise<() => void>
}

/** What a hook may do inside the transaction of an operation; everything is taken back if it throws. */
export interface HookTransaction {
  get(entityType: string, recordId: string): Promise<RecordRow | undefined>
  /** Writes other records of the same tenant as the server, in the same transaction. Fields must be valid for the entity. */
  write(entityType: string, recordId: string, fields: Readonly<Record<string, unknown>>): Promise<void>
}

/** Thrown by a hook: the operation gets this verdict, for good. */
export class OperationRejection extends Error {
  override readonly name = 'OperationRejection'
  readonly code: 'VALIDATION_ERROR' | 'FORBIDDEN' | 'CONFLICT' | 'DEPENDENCY_FAILED'

  constructor(code: OperationRejection['code'], message: string) {
    super(message)
    this.code = code
  }
}

export interface HookedOperation extends Operation {
  readonly identity: { readonly tenant: string; readonly user: string | null; readonly isAdmin: boolean }
}

/** An application's own rules on the server. */
export interface ServerHooks {
  /**
   * Before an operation takes effect. May return other `payload` fields to amend it; may throw `OperationRejection` to veto it. Anything else
   * thrown is `INTERNAL` for this operation alone, and no verdict is kept.
   */
  beforeApply?(
    operation: HookedOperation,
    tx: HookTransaction,
  ): Promise<Partial<Pick<Operation, 'payload'>> | void> | Partial<Pick<Operation, 'payload'>> | void
  /** After the commit, once for each record that changed. What it throws is logged. */
  afterCommit?(change: { readonly tenant: string; readonly row: RecordRow; readonly operationId: string }): Promise<void> | void
}
