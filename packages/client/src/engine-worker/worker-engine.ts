import type { Clock, Random, Scheduler, Schema } from '@rejoin/core'
import { ActivityLog } from '../activity/activity-log.ts'
import type { ClientAuth } from '../client-auth.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { createLocalRecords } from '../records/local-records.ts'
import { localOptions } from '../scope/local-options.ts'
import { isStillOurs, tenantOfNobody } from '../scope/owned-scope.ts'
import type { ScopeRegistry } from '../scope/scope-registry.ts'
import { backgroundConditions } from '../settings/background-conditions.ts'
import { SettingsKeeper } from '../settings/settings-keeper.ts'
import { observeAll } from '../sync/observe-all.ts'
import { RecordSync } from '../sync/record-sync.ts'
import type { RequestReplayer } from '../sync/request-replayer.ts'
import type { StealableLocks } from '../sync/stealable-locks.ts'
import type { SyncTransport } from '../sync/sync-transport.ts'
import { WorkQueue } from '../store/work-queue.ts'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'
import { DistantPage } from './distant-page.ts'
import type { EngineOrder, EngineSurface, PageNews, PageSide } from './engine-surface.ts'

export interface WorkerEngineHost {
  readonly schema: Schema
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  /** Makes ids: it must not repeat itself over devices. */
  readonly idRandom: Random
  readonly yieldToHost: () => Promise<void>
  readonly openRegistry: () => ScopeRegistry
  readonly openDatabase: (databaseName: string) => RecordDatabase
  readonly openChannel: (name: string) => BroadcastChannelLike | undefined
  readonly createTransport: (url: string, getToken: ClientAuth['getToken'] | undefined) => SyncTransport
  readonly createReplayer: (getToken: ClientAuth['getToken'] | undefined) => RequestReplayer
  readonly locks: StealableLocks
}

interface Running {
  readonly lifeLock: string
  readonly page: DistantPage
  readonly sync: RecordSync
  close(): Promise<void>
}

/** The engine in a worker: one more tab on the database of its page, which alone wants to drain there. */
export class WorkerEngine implements EngineSurface {
  readonly #host: WorkerEngineHost
  readonly #queue = new WorkQueue()
  #running: Running | undefined

  constructor(host: WorkerEngineHost) {
    this.#host = host
  }

  start(order: EngineOrder, getToken: PageSide['getToken'], observer: PageSide['observer']): Promise<void> {
    return this.#queue.run(() => this.#start(order, { getToken, observer }))
  }

  tell(lifeLock: string, news: PageNews): void {
    const running = this.#running
    if (running?.lifeLock !== lifeLock) return
    if (news.type === 'switched') running.sync.setOnline(news.isOn)
    else running.page.hear(news)
  }

  stop(lifeLock: string): Promise<void> {
    return this.#queue.run(async () => {
      if (this.#running?.lifeLock === lifeLock) await this.#end()
    })
  }

  async #start(order: EngineOrder, side: PageSide): Promise<void> {
    await this.#end()
    const life = Promise.withResolvers<void>()
    const alive = Promise.withResolvers<void>()
    const { signal } = new AbortController()
    const held = this.#host.locks.request(order.lifeLock, { signal }, () => {
      alive.resolve()
      return life.promise
    })
    held.catch(alive.reject)
    await alive.promise
    const running = openRunning(this.#host, order, side)
    this.#running = {
      ...running,
      close: async () => {
        await running.close()
        life.resolve()
      },
    }
  }

  async #end(): Promise<void> {
    const running = this.#running
    this.#running = undefined
    await running?.close()
  }
}

function openRunning(host: WorkerEngineHost, order: EngineOrder, { getToken, observer }: PageSide): Running {
  const { databaseName, owner, settings, url } = order
  const page = new DistantPage(order)
  const { signals } = page
  const registry = host.openRegistry()
  const database = host.openDatabase(databaseName)
  const background = new SettingsKeeper({ database, signals, channel: host.openChannel(`${databaseName}/settings`) })
  const local = createLocalRecords({ ...localOptions({ ...host, settings }, background), database })
  const activity = new ActivityLog({ database, scheduler: host.scheduler })
  const sync = new RecordSync({
    ...host,
    observer: observeAll([activity, observer]),
    conditions: backgroundConditions(background, page.connectivity),
    store: local.syncStore,
    transport: host.createTransport(url, getToken),
    replayer: host.createReplayer(getToken),
    tenantId: owner?.tenant ?? tenantOfNobody,
    databaseName,
    isEnabledAtFirst: order.isEnabledAtFirst,
    mayDrain: () => isStillOurs(registry, databaseName, owner),
    signals,
    pageLife: page.life,
    channel: host.openChannel(`${databaseName}/drain`),
  })
  local.priorities.subscribe(() => sync.reorder())
  local.priorities.follow()
  return {
    lifeLock: order.lifeLock,
    page,
    sync,
    close: async () => {
      sync.close()
      background.close()
      await activity.close()
      await local.close()
      registry.close()
    },
  }
}
