import type { Clock, Random, Scheduler, Schema } from '@rejoin/core'
import { ActivityLog } from '../activity/activity-log.ts'
import type { Connectivity } from '../connectivity/connectivity.ts'
import { alwaysOnline } from '../connection/online-signals.ts'
import type { DeviceHost } from '../devices/device-host.ts'
import type { OutboxContext } from '../outbox/local-transaction.ts'
import { readNewestSchema } from '../outbox/newest-schema.ts'
import { OutboxStore } from '../outbox/outbox-store.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { isStillOurs, tenantOfNobody } from '../scope/owned-scope.ts'
import type { Scope, ScopeRegistry } from '../scope/scope-registry.ts'
import { backgroundConditions } from '../settings/background-conditions.ts'
import { SettingsKeeper } from '../settings/settings-keeper.ts'
import { StoreError } from '../store/store-error.ts'
import { cutOffLockName } from '../sync/keep-workers-out.ts'
import type { RequestReplayer } from '../sync/request-replayer.ts'
import type { SyncState } from '../sync/sync-state.ts'
import { FenceLostError, type OutboxCounts } from '../sync/sync-store.ts'
import type { SyncTransport } from '../sync/sync-transport.ts'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import { BackgroundReport } from './background-report.ts'
import type { FreeLocks } from './free-locks.ts'
import { createMeteredStore } from './metered-store.ts'
import { reignOnce } from './reign-once.ts'
import { reportDevice } from './report-device.ts'
import type { SyncWorkerMessage } from './sync-worker-message.ts'
import type { WorkerAuth } from './worker-auth.ts'

export type GetToken = (options?: { readonly isRefused: boolean }) => Promise<string>

/** What draining in a service worker needs of its host. */
export interface DrainHost {
  readonly schema: Schema
  /** `maxRetries`: what the person set on this device, if anything. */
  readonly contextOf: (maxRetries: () => number | undefined) => OutboxContext
  readonly auth: WorkerAuth | undefined
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
 * - `waitsForPage`: a token can only be had there
 * - `disabled`: the person did not enable syncing, or switched it off for the background
 * - `newerBuild`: a newer version of the app has used the database
 */
export type DrainOutcome = 'done' | 'remains' | 'busy' | 'waitsForPage' | 'disabled' | 'newerBuild'

interface Drain {
  readonly scope: Scope
  readonly task: DrainTask
  readonly getToken: GetToken | undefined
  readonly robbed: AbortSignal
}

/** Drains one records database with the engine that pages use, if its lock is free. Whoever kills it anywhere loses nothing by it. */
export async function drainScope(host: DrainHost, scope: Scope, task: DrainTask): Promise<DrainOutcome> {
  const { owner, databaseName } = scope
  const getToken = await tokenSource(host.auth, owner)
  if (getToken === 'none') return 'waitsForPage'
  const robbery = new AbortController()
  let outcome: DrainOutcome = 'busy'
  try {
    const isAllowed = await host.locks.tryRequest(cutOffLockName(databaseName), nothing)
    if (!isAllowed) return 'busy'
    await host.locks.tryRequest(`${databaseName}/drain`, async () => {
      outcome = await drainLocked(host, { scope, task, getToken, robbed: robbery.signal })
    })
  } catch {
    // A page waited too long for a word and took the lock.
    robbery.abort()
    return 'busy'
  }
  return outcome
}

async function nothing(): Promise<void> {}

/** `none`: only a page can sign this person in. */
async function tokenSource(auth: WorkerAuth | undefined, owner: Scope['owner']): Promise<GetToken | 'none' | undefined> {
  if (owner === undefined) return undefined
  const first = await auth?.getToken({ ...owner, isRefused: false }).catch(() => 'later')
  if (auth === undefined || first === undefined) return 'none'
  return async ({ isRefused } = { isRefused: false }) => {
    const token = await auth.getToken({ ...owner, isRefused })
    if (token === undefined) throw new Error('The sign-in can only be renewed by a page.')
    return token
  }
}

async function drainLocked(host: DrainHost, drain: Drain): Promise<DrainOutcome> {
  const database = host.openDatabase(drain.scope.databaseName)
  const settings = new SettingsKeeper({ database, channel: undefined, signals: alwaysOnline })
  const activity = new ActivityLog({ database, scheduler: host.scheduler })
  try {
    await settings.ready
    return await drainDatabase(host, drain, { database, settings, activity })
  } catch (error) {
    if (error instanceof FenceLostError) return 'busy'
    if (error instanceof StoreError && error.code === 'versionChanged') return 'newerBuild'
    const message = error instanceof Error ? error.message : String(error)
    await drain.task.tell({ type: 'SYNC_FAILED', owner: drain.scope.owner, code: 'DEVICE', message, willRetry: true })
    return 'remains'
  } finally {
    settings.close()
    await activity.close()
    await database.close()
  }
}

interface OpenedScope {
  readonly database: RecordDatabase
  readonly settings: SettingsKeeper
  readonly activity: ActivityLog
}

async function drainDatabase(host: DrainHost, drain: Drain, opened: OpenedScope): Promise<DrainOutcome> {
  const { clock } = host
  const { task, scope } = drain
  const { database, settings } = opened
  const store = new OutboxStore(
    database,
    host.contextOf(() => settings.maxRetryAttempts),
  )
  const obstacle = await obstacleTo(host, drain, { ...opened, store })
  if (obstacle !== undefined) return obstacle
  if (!settings.get().enabled) {
    await tellOfDevice(host, drain, { ...opened, store, hasRun: false })
    return 'disabled'
  }
  const fence = await store.takeFence()
  await store.reviveFailed(fence)
  const { pending } = await store.counts(clock.now())
  if (pending === 0 && !task.mustPull) return 'done'
  if (pending > 0 && task.left <= 0) return 'remains'
  const report = await BackgroundReport.begin({ ...host, database, owner: scope.owner, tell: task.tell }, pending)
  const { lastError } = await reign(host, drain, { ...opened, store, fence, report })
  await report.raised()
  await tellOfDevice(host, drain, { ...opened, store, hasRun: true })
  const left = await store.counts(clock.now())
  if (left.pending === 0 && pending > 0) await report.complete()
  const remains = mayMove(left)
  if (remains && lastError !== undefined) {
    await task.tell({ type: 'SYNC_FAILED', owner: scope.owner, ...lastError, willRetry: true })
  }
  return remains ? 'remains' : 'done'
}

/** Why nothing of it is touched. */
async function obstacleTo(
  { schema, isEnabledAtFirst }: DrainHost,
  { task, scope }: Drain,
  { database, store }: OpenedScope & { readonly store: OutboxStore },
): Promise<DrainOutcome | undefined> {
  if ((await readNewestSchema(database)) > schema.version) return 'newerBuild'
  if (!(await isStillOurs(task.registry, scope.databaseName, scope.owner))) return 'done'
  const isEnabled = (await store.isEnabled()) ?? isEnabledAtFirst
  return isEnabled ? undefined : 'disabled'
}

/** Where its person agreed; a device that is paused hears so that it may go on. */
async function tellOfDevice(
  { deviceHost, connectivity, clock, random }: DrainHost,
  { scope, getToken }: Drain,
  { database, settings, activity, store, hasRun }: OpenedScope & { readonly store: OutboxStore; readonly hasRun: boolean },
): Promise<void> {
  if (deviceHost === undefined) return
  await reportDevice({
    deviceHost,
    owner: scope.owner,
    getToken,
    database,
    settings,
    runs: activity.runs(),
    connectivity: connectivity.status,
    counts: await store.counts(clock.now()),
    clock,
    random,
    hasRun,
  })
}

/** Whether time alone brings more of it to the server. */
function mayMove({ sendable, nextRetryAt, replays = [] }: OutboxCounts): boolean {
  return sendable > 0 || nextRetryAt !== undefined || replays.length > 0
}

interface Begun extends OpenedScope {
  readonly store: OutboxStore
  readonly fence: number
  readonly report: BackgroundReport
}

async function reign(host: DrainHost, { scope, task, getToken, robbed }: Drain, begun: Begun): Promise<SyncState> {
  const { store, fence, report, settings, activity } = begun
  const onSettled = async (settled: number): Promise<void> => {
    task.left -= settled
    await report.settled(settled)
  }
  const { lastPushedAt, lastPulledAt } = await store.times()
  return reignOnce(
    {
      ...host,
      store: createMeteredStore(store, { entriesMax: task.left, onSettled }),
      transport: host.createTransport(getToken),
      replayer: host.createReplayer(getToken),
      observer: activity,
      conditions: backgroundConditions(settings, host.connectivity),
      fence,
      tenantId: scope.owner?.tenant ?? tenantOfNobody,
      times: { lastPushedAt, lastPulledAt, lastSyncedAt: undefined },
    },
    {
      channel: host.openChannel(`${scope.databaseName}/drain`),
      durationMs: Math.max(0, task.endsAt - host.clock.now()),
      robbed,
    },
  )
}
