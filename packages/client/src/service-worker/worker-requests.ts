import type { PersonsKeeper } from '../captured-requests/capture-request.ts'
import { OutboxStore } from '../outbox/outbox-store.ts'
import { RequestQueue, type NewRequest } from '../outbox/request-queue.ts'
import { isOwnedBy } from '../scope/owned-scope.ts'
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
  const asking = personNow(host)
  void Promise.allSettled([asking])
  return {
    keep: async (request) => {
      const { scheduler } = host
      const answer = asking.then(async ({ owner, databaseName }) => ({
        type: 'told' as const,
        databaseName: databaseName ?? (await openedFor(host, owner)),
      }))
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

/** Who makes a request that begins now. */
interface Person {
  readonly owner: ScopeOwner | undefined
  /** Absent: they have none here, and get none before something is to be kept. An empty one, too, would be somebody else's for later ones. */
  readonly databaseName: string | undefined
}

async function personNow(host: RequestHost): Promise<Person> {
  const { app, serverOrigin, auth } = host
  const told = auth?.currentOwner === undefined ? undefined : { owner: await auth.currentOwner() }
  const scopes = (await inRegistry(host, (registry) => registry.list())).filter(
    (scope) => scope.app === app && scope.serverOrigin === serverOrigin && scope.movesInto === undefined,
  )
  if (told === undefined && scopes.length > 1)
    throw new Error('Several people use this device, and the service worker is not told who is signed in.')
  const { owner } = told ?? { owner: scopes[0]?.owner }
  return { owner, databaseName: scopes.find((scope) => isOwnedBy(scope, owner))?.databaseName }
}

async function openedFor(host: RequestHost, owner: Person['owner']): Promise<string> {
  const { app, serverOrigin } = host
  return (await inRegistry(host, (registry) => registry.open({ app, serverOrigin, owner }))).databaseName
}

async function inRegistry<T>({ openRegistry }: RequestHost, work: (registry: ScopeRegistry) => Promise<T>): Promise<T> {
  const registry = openRegistry()
  try {
    return await work(registry)
  } finally {
    registry.close()
  }
}
