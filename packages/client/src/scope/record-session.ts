import type { Clock, Random, Scheduler, Schema } from '@rejoin/core'
import { ActivityLog } from '../activity/activity-log.ts'
import type { ClientAuth } from '../client-auth.ts'
import type { OnlineSignals } from '../connection/online-signals.ts'
import type { Connectivity } from '../connectivity/connectivity.ts'
import type { DeviceHost } from '../devices/device-host.ts'
import { DeviceSession } from '../devices/device-session.ts'
import { noteSchemaVersion } from '../outbox/newest-schema.ts'
import type { PriorityRule, PriorityThresholds } from '../outbox/priority.ts'
import type { RetriesByEntity, RetrySchedule } from '../outbox/retry-schedule.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { createLocalRecords, outboxContextOf, type LocalRecords } from '../records/local-records.ts'
import { backgroundConditions } from '../settings/background-conditions.ts'
import { SettingsKeeper } from '../settings/settings-keeper.ts'
import { observeAll } from '../sync/observe-all.ts'
import type { PageLife } from '../sync/page-life.ts'
import type { QuietMoments } from '../sync/quiet-moments.ts'
import { RecordSync } from '../sync/record-sync.ts'
import type { RequestReplayer } from '../sync/request-replayer.ts'
import type { StealableLocks } from '../sync/stealable-locks.ts'
import type { SyncObserver } from '../sync/sync-observer.ts'
import type { SyncTransport } from '../sync/sync-transport.ts'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import { moveOutbox } from './move-outbox.ts'
import { isStillOurs, tenantOfNobody } from './owned-scope.ts'
import type { ScopeOwner, ScopeRegistry } from './scope-registry.ts'

/** How the outbox behaves; everything has a default. */
export interface RecordSettings {
  readonly priorityRules?: readonly PriorityRule[] | undefined
  readonly priorityThresholds?: PriorityThresholds | undefined
  readonly retries?: RetrySchedule | undefined
  /** For some entities, in place of `retries`. */
  readonly retriesByEntity?: RetriesByEntity | undefined
  /** A person's own count, above the schedule's. */
  readonly maxRetryAttempts?: number | undefined
}

/** What records need of the host, whoever is signed in. */
export interface SessionHost {
  readonly schema: Schema
  readonly settings: RecordSettings
  readonly app: string
  readonly serverOrigin: string
  readonly isEnabledAtFirst: boolean
  readonly registry: ScopeRegistry
  readonly openDatabase: (databaseName: string) => RecordDatabase
  readonly openChannel: (name: string) => BroadcastChannelLike | undefined
  readonly createTransport: (auth: ClientAuth | undefined) => SyncTransport
  readonly createReplayer: (auth: ClientAuth | undefined) => RequestReplayer
  readonly locks: StealableLocks
  readonly signals: OnlineSignals
  readonly pageLife: PageLife
  readonly connectivity: Connectivity
  readonly quietMoments: QuietMoments | undefined
  readonly deviceHost: DeviceHost
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  /** Makes ids: it must not repeat itself over devices. */
  readonly idRandom: Random
  readonly yieldToHost: () => Promise<void>
  /** Are told what the engine does, besides the list of the last runs. */
  readonly createObservers?: (() => readonly SyncObserver[]) | undefined
}

/** The records of one person while the page is open. */
export interface RecordSession {
  readonly databaseName: string
  readonly owner: ScopeOwner | undefined
  readonly database: RecordDatabase
  readonly local: LocalRecords<Schema>
  readonly sync: RecordSync
  readonly activity: ActivityLog
  readonly background: SettingsKeeper
  readonly devices: DeviceSession
  close(): Promise<void>
}

/** Opens the database of whoever is signed in, and brings into it what was made here for it before. Rejects with a `StoreError`. */
export async function openRecordSession(host: SessionHost, auth: ClientAuth | undefined): Promise<RecordSession> {
  const owner = auth === undefined ? undefined : { tenant: auth.tenant, user: auth.user }
  const { app, serverOrigin, registry, settings } = host
  const { databaseName, moves } = await registry.open({ app, serverOrigin, owner })
  const database = host.openDatabase(databaseName)
  const background = new SettingsKeeper({ ...host, database, channel: host.openChannel(`${databaseName}/settings`) })
  const options = {
    schema: host.schema,
    clock: host.clock,
    random: host.idRandom,
    yieldToHost: host.yieldToHost,
    ...(settings.priorityRules !== undefined && { rules: settings.priorityRules }),
    ...(settings.priorityThresholds !== undefined && { thresholds: settings.priorityThresholds }),
    ...(settings.retries !== undefined && { retries: settings.retries }),
    ...(settings.retriesByEntity !== undefined && { retriesByEntity: settings.retriesByEntity }),
    maxRetries: () => background.maxRetryAttempts ?? settings.maxRetryAttempts,
  }
  try {
    await noteSchemaVersion(database, host.schema.version)
    for (const fromName of moves) {
      const from = host.openDatabase(fromName)
      try {
        await moveOutbox({ from, fromName, into: database, context: outboxContextOf(options) })
      } finally {
        await from.close()
      }
    }
  } catch (error) {
    background.close()
    await database.close()
    throw error
  }
  const local = createLocalRecords<Schema>({ ...options, database })
  const activity = new ActivityLog({ database, scheduler: host.scheduler })
  const sync = new RecordSync({
    ...host,
    observer: observeAll([activity, ...(host.createObservers?.() ?? [])]),
    conditions: backgroundConditions(background, host.connectivity),
    store: local.syncStore,
    transport: host.createTransport(auth),
    replayer: host.createReplayer(auth),
    tenantId: auth?.tenant ?? tenantOfNobody,
    databaseName,
    mayDrain: () => isStillOurs(registry, databaseName, owner),
    channel: host.openChannel(`${databaseName}/drain`),
  })
  const devices = new DeviceSession({ ...host, database, databaseName, sync, activity, settings: background, auth })
  void local.check().catch(toldAlready)
  local.priorities.subscribe(() => sync.reorder())
  local.priorities.follow()
  const stopMending = mendOnce({ database, local, sync })
  return {
    databaseName,
    owner,
    database,
    local,
    sync,
    activity,
    background,
    devices,
    close: async () => {
      stopMending()
      devices.close()
      sync.close()
      background.close()
      await activity.close()
      await local.close()
    },
  }
}

/** What of the server's rows cannot be read here, the server has. Once: what is damaged still after that is not the server's. */
function mendOnce({ database, local, sync }: Pick<RecordSession, 'database' | 'local' | 'sync'>): () => void {
  let isMended = false
  const mend = async (): Promise<void> => {
    await local.distrustRows()
    await sync.syncNow()
  }
  return database.onTrouble(({ type }) => {
    if (type !== 'corrupt' || isMended) return
    isMended = true
    void mend().catch(toldAlready)
  })
}

/** What a look through the outbox finds is in the attention list; where it cannot read, the database has told of its trouble. */
function toldAlready(): void {}
