import { databaseNameFor } from '../store/database-name.ts'
import { isOwnedBy } from './owned-scope.ts'
import type { OpenedScope, Scope, ScopeOwner, ScopeRequest } from './scope-registry.ts'

export interface OpenPlan {
  readonly opened: OpenedScope
  /** The database is new and has to be written down. */
  readonly added: Scope | undefined
}

/** Finds the database of a request among those of this device. `localId` names a new one that belongs to nobody. */
export function planOpen(scopes: readonly Scope[], request: ScopeRequest, localId: string): OpenPlan {
  const own = scopes.find(
    (scope) => isSamePlace(scope, request) && scope.movesInto === undefined && isOwnedBy(scope, request.owner),
  )
  const scope = own ?? newScope(request, localId)
  const moves = scopes.filter(({ movesInto }) => movesInto === scope.databaseName).map(({ databaseName }) => databaseName)
  return { opened: { databaseName: scope.databaseName, moves }, added: own === undefined ? scope : undefined }
}

/** What becomes of a database when a person signs in; `undefined`: nothing. */
export function planAdoption(scopes: readonly Scope[], databaseName: string, owner: ScopeOwner): Scope | undefined {
  const scope = scopes.find((each) => each.databaseName === databaseName)
  // Once it belongs to somebody, nobody else gets it.
  if (scope === undefined || scope.owner !== undefined || scope.movesInto !== undefined) return undefined
  const theirs = scopes.find((each) => isSamePlace(each, scope) && each.movesInto === undefined && isOwnedBy(each, owner))
  return theirs === undefined ? { ...scope, owner } : { ...scope, movesInto: theirs.databaseName }
}

function newScope({ app, serverOrigin, owner }: ScopeRequest, localId: string): Scope {
  const user = owner ?? { tenant: 'local', user: localId }
  const databaseName = `${databaseNameFor({ app, ...user, serverOrigin })}/records${owner === undefined ? '/local' : ''}`
  return { databaseName, app, serverOrigin, ...(owner !== undefined && { owner }) }
}

function isSamePlace(scope: Scope, { app, serverOrigin }: Pick<Scope, 'app' | 'serverOrigin'>): boolean {
  return scope.app === app && scope.serverOrigin === serverOrigin
}
