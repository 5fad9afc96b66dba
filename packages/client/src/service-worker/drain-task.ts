import type { Clock, Random, Scheduler, Schema } from '@rejoin/core'
import type { Connectivity } from '../connectivity/connectivity.ts'
import type { DeviceHost } from '../devices/device-host.ts'
import type { OutboxContext } from '../outbox/local-transaction.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import type { Scope, ScopeRegistry } from '../scope/scope-registry.ts'
import type { RequestReplayer } from '../sync/request-replayer.ts'
import type { SyncTransport } from '../sync/sync-transport.ts'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import type { FreeLocks } from './free-locks.ts'
import type { SyncWorkerMessage } from './sync-worker-message.ts'
import type { WorkerAuth } from './worker-auth.ts'

export type GetToken = (options?: { readonly isRefused: boolean }) => Promise<string>

/** What draining in a service worker needs of its host. */
export interface DrainHost {
  readonly schema: Schema
  /** `maxRetries`: what the person set on this device, if anything. */
  readonly contextOf: (maxRetries: () => number | undefined) => OutboxContext
  readonly auth: WorkerAuth | undefined
  /** Where this worker comes from; `undefined` where that is not known. */
  readonly origin?: string | undefined
  readonly isEnabledAtFirst: boolean
  readonly openDatabase: (databaseName: string) => RecordDatabase
  readonly openChannel: (name: string) => BroadcastChannelLike | undefined
  readonly createTransport: (getToken: GetToken | undefined) => SyncTransport
  readonly createReplayer: (getToken: GetToken | undefined) => RequestReplayer
  readonly connectivity: Connectivity
  readonly locks: FreeLocks
  /** Absent: nothing is told of the device. */
  readonly deviceHost?: DeviceHost | undefined
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
}

/** What one event of the service worker may do, over all databases. */
export interface DrainTask {
  readonly registry: Pick<ScopeRegistry, 'find'>
  /** Several people have a database of this app and server here, or one person and nobody in particular. */
  readonly isShared: boolean
  /** Entries that may still be settled. */
  left: number
  /** By the device's clock. */
  readonly endsAt: number
  /** Look for what is new on the server even where nothing waits here. */
  readonly mustPull: boolean
  readonly tell: (message: SyncWorkerMessage) => Promise<void>
}

/**
 * - `done`: nothing waits that time alone would bring to the server
 * - `remains`: something does, so the browser is to call again
 * - `busy`: a page drains it, or took over
 * - `withheld`: something does, and a page that nobody sees has the lock; it may be frozen
 * - `cutOff`: a page is there that its person cut off
 * - `waitsForPage`: a token can only be had there
 * - `disabled`: the person did not enable syncing, or switched it off for the background
 * - `newerBuild`: a newer version of the app has used the database, and its own worker is to deliver what is there
 */
export type DrainOutcome = 'done' | 'remains' | 'busy' | 'withheld' | 'cutOff' | 'waitsForPage' | 'disabled' | 'newerBuild'

/** One database, while the worker has its lock. */
export interface Drain {
  readonly scope: Scope
  readonly task: DrainTask
  readonly getToken: GetToken | undefined
  /** The worker is to let it go at once. */
  readonly over: AbortController
}
