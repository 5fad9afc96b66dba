import type { CaptureParts } from '../captured-requests/capture-request.ts'
import { RequestQueue, type NewRequest } from '../outbox/request-queue.ts'
import type { ScopeOwner, ScopeRegistry } from '../scope/scope-registry.ts'
import type { DrainHost } from './drain-task.ts'

export interface RequestHost extends Pick<DrainHost, 'auth' | 'contextOf' | 'openDatabase'> {
  readonly app: string
  readonly serverOrigin: string
  readonly openRegistry: () => ScopeRegistry
}

/** Requests that the app made, kept for whoever made them. Rejects where nobody knows who that is, so that nobody's are sent by another. */
export function workerRequests(host: RequestHost): CaptureParts['keeper'] {
  return {
    keep: async (request) => {
      const registry = host.openRegistry()
      try {
        return await keepIn(host, await databaseOfPerson(host, registry), request)
      } finally {
        registry.close()
      }
    },
  }
}

async function keepIn(host: RequestHost, databaseName: string, request: NewRequest): Promise<string> {
  const database = host.openDatabase(databaseName)
  try {
    return await new RequestQueue(
      database,
      host.contextOf(() => undefined),
    ).keep(request)
  } finally {
    await database.close()
  }
}

async function databaseOfPerson({ app, serverOrigin, auth }: RequestHost, registry: ScopeRegistry): Promise<string> {
  if (auth?.currentOwner !== undefined) return openFor(await auth.currentOwner())
  const [only, ...others] = (await registry.list()).filter(
    (scope) => scope.app === app && scope.serverOrigin === serverOrigin && scope.movesInto === undefined,
  )
  if (others.length > 0) throw new Error('Several people use this device, and the service worker is not told who is signed in.')
  return openFor(only?.owner)

  async function openFor(owner: ScopeOwner | undefined): Promise<string> {
    return (await registry.open({ app, serverOrigin, owner })).databaseName
  }
}
