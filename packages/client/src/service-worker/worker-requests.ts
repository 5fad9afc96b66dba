import type { PersonsKeeper } from '../captured-requests/capture-request.ts'
import { OutboxStore } from '../outbox/outbox-store.ts'
import { RequestQueue, type NewRequest } from '../outbox/request-queue.ts'
import type { ScopeOwner, ScopeRegistry } from '../scope/scope-registry.ts'
import { askInTime } from '../sync/ask-in-time.ts'
import type { DrainHost } from './drain-task.ts'

export interface RequestHost extends Pick<DrainHost, 'auth' | 'contextOf' | 'isEnabledAtFirst' | 'openDatabase' | 'scheduler'> {
  readonly app: string
  readonly serverOrigin: string
  readonly openRegistry: () => ScopeRegistry
}

/** Whose a request is, was asked when it began; the app waits no longer for the answer once the network has failed it. */
const answerTimeoutMs = 5_000

/**
 * Where a request that begins now is kept: for whoever makes it. `keep` rejects where nobody knows who that is, so that nobody's are sent by
 * another.
 */
export function openWorkerKeeper(host: RequestHost): PersonsKeeper {
  const opening = databaseOfPerson(host)
  void Promise.allSettled([opening])
  return {
    keep: async (request) => {
      const { scheduler } = host
      const answer = opening.then((databaseName) => ({ type: 'told' as const, databaseName }))
      const told = await askInTime({ scheduler, timeoutMs: answerTimeoutMs }, () => answer)
      if (told.type !== 'told') throw new Error('Nobody told in time who is signed in.')
      return keepIn(host, told.databaseName, request)
    },
  }
}

async function keepIn(host: RequestHost, databaseName: string, request: NewRequest): ReturnType<PersonsKeeper['keep']> {
  const database = host.openDatabase(databaseName)
  const context = host.contextOf(() => undefined)
  try {
    // First: what fails after it was kept would be told as if it were not.
    const isEnabled = await new OutboxStore(database, context).isEnabled()
    return { id: await new RequestQueue(database, context).keep(request), willSync: isEnabled ?? host.isEnabledAtFirst }
  } finally {
    await database.close()
  }
}

async function databaseOfPerson(host: RequestHost): Promise<string> {
  const { app, serverOrigin } = host
  const registry = host.openRegistry()
  try {
    return (await registry.open({ app, serverOrigin, owner: await personNow(host, registry) })).databaseName
  } finally {
    registry.close()
  }
}

async function personNow({ app, serverOrigin, auth }: RequestHost, registry: ScopeRegistry): Promise<ScopeOwner | undefined> {
  if (auth?.currentOwner !== undefined) return auth.currentOwner()
  const [only, ...others] = (await registry.list()).filter(
    (scope) => scope.app === app && scope.serverOrigin === serverOrigin && scope.movesInto === undefined,
  )
  if (others.length > 0) throw new Error('Several people use this device, and the service worker is not told who is signed in.')
  return only?.owner
}
