import type { Clock, Random, Scheduler, Schema } from '@rejoin/core'
import { ActivityLog } from '../activity/activity-log.ts'
import type { ClientAuth } from '../client-auth.ts'
import type { OnlineSignals } from '../connection/online-signals.ts'
import type { Connectivity } from '../connectivity/connectivity.ts'
import type { DeviceHost } from '../devices/device-host.ts'
import { DeviceSession } from '../devices/device-session.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { createLocalRecords, outboxContextOf, type LocalRecords } from '../records/local-records.ts'
import { backgroundConditions } from '../settings/background-conditions.ts'
import { SettingsKeeper } from '../settings/settings-keeper.ts'
import type { Deputy } from '../sync/deputy.ts'
import { observeAll } from '../sync/observe-all.ts'
import type { PageLife } from '../sync/page-life.ts'
import type { QuietMoments } from '../sync/quiet-moments.ts'
import { RecordSync } from '../sync/record-sync.ts'
import type { RequestReplayer } from '../sync/request-replayer.ts'
import type { StealableLocks } from '../sync/stealable-locks.ts'
import type { SyncObserver } from '../sync/sync-observer.ts'
import type { SyncTransport } from '../sync/sync-transport.ts'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import { bringTogether } from './bring-together.ts'
import type { DeputyTask } from './deputy-task.ts'
import { localOptions } from './local-options.ts'
import { isStillOurs, tenantOfNobody } from './owned-scope.ts'
import type { RecordSettings } from './record-settings.ts'
import type { ScopeOwner, ScopeRegistry } from './scope-registry.ts'

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
  /** Somebody pressed "Sync now" in this tab, or on another device. */
  readonly onSyncNow?: (() => void) | undefined
  readonly deviceHost: DeviceHost
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  /** Makes ids: it must not repeat itself over devices. */
  readonly idRandom: Random
  readonly yieldToHost: () => Promise<void>
  /** Are told what the engine does, besides the list of the last runs. */
  readonly createObservers?: (() => readonly SyncObserver[]) | undefined
  /** Drains in another thread. Absent: this one does it. */
  readonly createDeputy?: ((task: DeputyTask) => Deputy) | undefined
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

/** The look through everything that waits comes when the page has shown what it shows first: both would read all of it at once. */
const checkAfterMs = 3_000

/** Opens the database of whoever is signed in, and brings into it what was made here for it before. Rejects with a `StoreError`. */
export async function openRecordSession(host: SessionHost, auth: ClientAuth | undefined): Promise<RecordSession> {
  const owner = auth === undefined ? undefined : { tenant: auth.tenant, user: auth.user }
  const { app, serverOrigin, registry } = host
  const { databaseName, moves } = await registry.open({ app, serverOrigin, owner })
  const database = host.openDatabase(databaseName)
  const background = new SettingsKeeper({ ...host, database, channel: host.openChannel(`${databaseName}/settings`) })
  const options = localOptions(host, background)
  try {
    await bringTogether({ ...host, into: database, moves, context: outboxContextOf(options) })
  } catch (error) {
    background.close()
    await database.close()
    throw error
  }
  const local = createLocalRecords<Schema>({ ...options, database })
  const activity = new ActivityLog({ database, scheduler: host.scheduler })
  const observer = observeAll(host.createObservers?.() ?? [])
  const sync = new RecordSync({
    ...host,
    observer: observeAll([activity, observer]),
    deputy: host.createDeputy?.({ databaseName, owner, getToken: auth?.getToken, observer }),
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
  // What an app of other rules finds here is sent soon: its order is not left to later. Where the rules are the same it is one small read.
  void local.priorities.rescore().catch(toldAlready)
  const cancelCheck = checkLater(host, local)
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
      cancelCheck()
      stopMending()
      devices.close()
      sync.close()
      background.close()
      await activity.close()
      await local.close()
    },
  }
}

/** What is written from now on needs no look: a long queue may be made and sent before this one begins. */
function checkLater({ scheduler }: SessionHost, local: RecordSession['local']): () => void {
  const counting = Promise.allSettled([local.lastEntryId()])
  const check = async (): Promise<void> => {
    const [last] = await counting
    await local.check(last.status === 'fulfilled' ? last.value : undefined)
  }
  return scheduler.after(checkAfterMs, () => void check().catch(toldAlready))
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
