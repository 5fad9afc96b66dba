import { ActivityLog } from '../activity/activity-log.ts'
import { alwaysOnline } from '../connection/online-signals.ts'
import type { Scope } from '../scope/scope-registry.ts'
import { SettingsKeeper } from '../settings/settings-keeper.ts'
import { StoreError } from '../store/store-error.ts'
import { cutOffLockName } from '../sync/keep-workers-out.ts'
import { FenceLostError } from '../sync/sync-store.ts'
import { drainDatabase } from './drain-database.ts'
import type { Drain, DrainHost, DrainOutcome, DrainTask } from './drain-task.ts'
import { tokenSource } from './token-source.ts'

/** Drains one records database with the engine that pages use, if its lock is free. Whoever kills it anywhere loses nothing by it. */
export async function drainScope(host: DrainHost, scope: Scope, task: DrainTask): Promise<DrainOutcome> {
  const { owner, databaseName } = scope
  const getToken = await tokenSource(host, owner)
  if (getToken === 'none') return 'waitsForPage'
  const over = new AbortController()
  let outcome: DrainOutcome = 'busy'
  try {
    const isAllowed = await host.locks.tryRequest(cutOffLockName(databaseName), nothing)
    if (!isAllowed) return 'cutOff'
    await host.locks.tryRequest(`${databaseName}/drain`, async () => {
      outcome = await drainLocked(host, { scope, task, getToken, over })
    })
  } catch {
    // A page waited too long for a word and took the lock.
    over.abort()
    return 'busy'
  }
  return outcome
}

async function nothing(): Promise<void> {}

async function drainLocked(host: DrainHost, drain: Drain): Promise<DrainOutcome> {
  const database = host.openDatabase(drain.scope.databaseName)
  const settings = new SettingsKeeper({ database, channel: undefined, signals: alwaysOnline })
  const activity = new ActivityLog({ database, scheduler: host.scheduler })
  const stop = database.onTrouble(({ type }) => {
    if (type === 'versionChanged') drain.over.abort()
  })
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
    stop()
    settings.close()
    await activity.close()
    await database.close()
  }
}
