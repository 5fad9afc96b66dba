import { alwaysOnline } from '../connection/online-signals.ts'
import { OutboxStore } from '../outbox/outbox-store.ts'
import type { Scope } from '../scope/scope-registry.ts'
import { SettingsKeeper } from '../settings/settings-keeper.ts'
import { StoreError } from '../store/store-error.ts'
import { CookieHold } from './cookie-hold.ts'
import type { DrainHost, DrainOutcome, DrainTask } from './drain-task.ts'
import { mayMove, obstacleTo } from './obstacle-to.ts'

/** Looks whether anything is to be delivered of a database whose lock a page has: it may be frozen, and then nobody delivers it for now. */
export async function peekScope(host: DrainHost, scope: Scope, task: DrainTask): Promise<DrainOutcome> {
  const database = host.openDatabase(scope.databaseName)
  const settings = new SettingsKeeper({ database, channel: undefined, signals: alwaysOnline })
  try {
    await settings.ready
    const context = host.contextOf(() => settings.maxRetryAttempts)
    const cookies = new CookieHold(host, scope, task)
    await cookies.look()
    const store = new OutboxStore(database, context, { mayReplay: (request) => cookies.allows(request) })
    const obstacle = await obstacleTo(host, { scope, task }, { database, store })
    if (obstacle !== undefined) return obstacle
    if (!settings.get().enabled) return 'disabled'
    return mayMove(await store.counts(host.clock.now())) ? 'withheld' : 'done'
  } catch (error) {
    // What cannot be read now may be something.
    return error instanceof StoreError && error.code === 'versionChanged' ? 'newerBuild' : 'withheld'
  } finally {
    settings.close()
    await database.close()
  }
}
