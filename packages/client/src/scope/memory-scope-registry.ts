import { planAdoption, planOpen } from './plan-scope.ts'
import type { Scope, ScopeRegistry } from './scope-registry.ts'

/** For hosts without IndexedDB, and for tests. `scopeByName` outlives a reload. */
export function createMemoryScopeRegistry(makeId: () => string, scopeByName = new Map<string, Scope>()): ScopeRegistry {
  const put = (scope: Scope | undefined): void => {
    if (scope !== undefined) scopeByName.set(scope.databaseName, scope)
  }
  return {
    open: (request) => {
      const { opened, added } = planOpen([...scopeByName.values()], request, makeId())
      put(added)
      return Promise.resolve(opened)
    },
    adopt: (databaseName, owner) => {
      put(planAdoption([...scopeByName.values()], databaseName, owner))
      return Promise.resolve()
    },
    find: (databaseName) => Promise.resolve(scopeByName.get(databaseName)),
    list: () => Promise.resolve([...scopeByName.values()]),
    close: () => undefined,
  }
}
