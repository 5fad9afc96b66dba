import { readNewestSchema } from '../outbox/newest-schema.ts'
import type { OutboxStore } from '../outbox/outbox-store.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { isStillOurs } from '../scope/owned-scope.ts'
import type { OutboxCounts } from '../sync/sync-store.ts'
import type { Drain, DrainHost, DrainOutcome } from './drain-task.ts'

interface Opened {
  readonly database: RecordDatabase
  readonly store: OutboxStore
}

/** Why nothing of it is touched. */
export async function obstacleTo(
  { schema, isEnabledAtFirst }: Pick<DrainHost, 'schema' | 'isEnabledAtFirst'>,
  { task, scope }: Pick<Drain, 'task' | 'scope'>,
  { database, store }: Opened,
): Promise<DrainOutcome | undefined> {
  if ((await readNewestSchema(database)) > schema.version) return (await isEmpty(database)) ? 'done' : 'newerBuild'
  if (!(await isStillOurs(task.registry, scope.databaseName, scope.owner))) return 'done'
  const isEnabled = (await store.isEnabled()) ?? isEnabledAtFirst
  return isEnabled ? undefined : 'disabled'
}

/** What a newer build wrote is counted, and not read. */
function isEmpty(database: RecordDatabase): Promise<boolean> {
  return database.transaction('read', async ({ outbox, requests }) => {
    const [operations, captured] = await Promise.all([outbox.count({}), requests.count({})])
    return operations + captured === 0
  })
}

/** Whether time alone brings more of it to the server. */
export function mayMove({ sendable, nextRetryAt, replays = [] }: OutboxCounts): boolean {
  return sendable > 0 || nextRetryAt !== undefined || replays.length > 0
}
