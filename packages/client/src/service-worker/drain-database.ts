import type { Random } from '@rejoin/core'
import type { ActivityLog } from '../activity/activity-log.ts'
import { OutboxStore } from '../outbox/outbox-store.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { tenantOfNobody } from '../scope/owned-scope.ts'
import { backgroundConditions } from '../settings/background-conditions.ts'
import type { SettingsKeeper } from '../settings/settings-keeper.ts'
import type { SyncState } from '../sync/sync-state.ts'
import { BackgroundReport } from './background-report.ts'
import { CookieHold } from './cookie-hold.ts'
import type { Drain, DrainHost, DrainOutcome } from './drain-task.ts'
import { meterWork } from './metered-work.ts'
import { mayMove, obstacleTo } from './obstacle-to.ts'
import { reignOnce } from './reign-once.ts'
import { reportDevice } from './report-device.ts'

/** One database with what is kept beside its outbox. */
export interface OpenedScope {
  readonly database: RecordDatabase
  readonly settings: SettingsKeeper
  readonly activity: ActivityLog
}

/** Lets the engine at it, unless something stands in the way. Rejects where the database does, and with `FenceLostError`. */
export async function drainDatabase(host: DrainHost, drain: Drain, opened: OpenedScope): Promise<DrainOutcome> {
  const { clock } = host
  const { task, scope } = drain
  const { database, settings } = opened
  const context = host.contextOf(() => settings.maxRetryAttempts)
  const idRandom = context.random
  const cookies = new CookieHold(host, scope, task)
  await cookies.look()
  const store = new OutboxStore(database, context, { mayReplay: (request) => cookies.allows(request) })
  const obstacle = await obstacleTo(host, drain, { ...opened, store })
  if (obstacle !== undefined) return obstacle
  if (!settings.get().enabled) {
    await tellOfDevice(host, drain, { ...opened, store, idRandom, hasRun: false })
    return 'disabled'
  }
  const fence = await store.takeFence()
  await store.reviveFailed(fence)
  const { pending } = await store.counts(clock.now())
  if (pending === 0 && !task.mustPull) return 'done'
  if (pending > 0 && task.left <= 0) return 'remains'
  const report = await BackgroundReport.begin({ clock, database, idRandom, owner: scope.owner, tell: task.tell }, pending)
  const { lastError } = await reign(host, drain, { ...opened, store, cookies, fence, report })
  await report.raised()
  await tellOfDevice(host, drain, { ...opened, store, idRandom, hasRun: true })
  const left = await store.counts(clock.now())
  if (left.pending === 0 && pending > 0) await report.complete()
  const remains = mayMove(left)
  if (remains && lastError !== undefined) {
    await task.tell({ type: 'SYNC_FAILED', owner: scope.owner, ...lastError, willRetry: true })
  }
  return remains ? 'remains' : 'done'
}

interface Told extends OpenedScope {
  readonly store: OutboxStore
  /** Makes the device's id, where it has none (any more). */
  readonly idRandom: Random
  readonly hasRun: boolean
}

/** Where its person agreed; a device that is paused hears so that it may go on. */
async function tellOfDevice(
  { deviceHost, connectivity, clock }: DrainHost,
  { scope, getToken }: Drain,
  { activity, store, ...told }: Told,
): Promise<void> {
  if (deviceHost === undefined) return
  await reportDevice({
    deviceHost,
    owner: scope.owner,
    getToken,
    ...told,
    runs: activity.runs(),
    connectivity: connectivity.status,
    counts: await store.counts(clock.now()),
    clock,
  })
}

interface Begun extends OpenedScope {
  readonly store: OutboxStore
  readonly cookies: CookieHold
  readonly fence: number
  readonly report: BackgroundReport
}

async function reign(host: DrainHost, { scope, task, getToken, over }: Drain, begun: Begun): Promise<SyncState> {
  const { store, cookies, fence, report, settings, activity } = begun
  const onSettled = async (settled: number): Promise<void> => {
    task.left -= settled
    await report.settled(settled)
  }
  const transport = host.createTransport(getToken)
  const replayer = cookies.guard(host.createReplayer(getToken))
  const { lastPushedAt, lastPulledAt } = await store.times()
  return reignOnce(
    {
      ...host,
      ...meterWork({ store, transport, replayer }, { entriesMax: task.left, onSettled }),
      observer: activity,
      conditions: backgroundConditions(settings, host.connectivity),
      fence,
      tenantId: scope.owner?.tenant ?? tenantOfNobody,
      times: { lastPushedAt, lastPulledAt, lastSyncedAt: undefined },
    },
    {
      channel: host.openChannel(`${scope.databaseName}/drain`),
      durationMs: Math.max(0, task.endsAt - host.clock.now()),
      stop: over.signal,
    },
  )
}
