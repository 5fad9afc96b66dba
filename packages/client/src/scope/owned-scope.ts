import type { Scope, ScopeOwner, ScopeRegistry } from './scope-registry.ts'

/** Without a sign-in, on a server under auth none, everything belongs to this tenant. */
export const tenantOfNobody = 'default'

/** Whether a database is still that person's: somebody may have signed in meanwhile, in another tab. */
export async function isStillOurs(
  registry: Pick<ScopeRegistry, 'find'>,
  databaseName: string,
  owner: ScopeOwner | undefined,
): Promise<boolean> {
  const scope = await registry.find(databaseName)
  // The list was deleted: it names this database the same way again.
  if (scope === undefined) return true
  return scope.movesInto === undefined && isOwnedBy(scope, owner)
}

export function isOwnedBy(scope: Pick<Scope, 'owner'>, owner: ScopeOwner | undefined): boolean {
  return scope.owner?.tenant === owner?.tenant && scope.owner?.user === owner?.user
}
