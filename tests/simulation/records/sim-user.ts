import type { Identity } from '@rejoin/server/simulation'
import { entityNames, isEntityName, type EntityName } from './simulated-schema.ts'

export type Access = 'none' | 'read' | 'write'

/** Somebody with an account. What they may see and change can be taken away while they are offline. */
export interface SimUser {
  readonly tenant: string
  readonly name: string
  /** Absent entities may be changed. */
  readonly grants: Map<EntityName, Access>
  /** By the world's time. */
  grantsChangedAt: number
}

/** Whoever uses an app before anybody has signed in: nothing of theirs leaves the device. */
export const nobody: SimUser = { tenant: '', name: 'nobody', grants: new Map(), grantsChangedAt: -Infinity }

/** A user's rights as they were at one moment. */
export interface Rights {
  readonly tenant: string
  readonly user: string
  readonly grants: ReadonlyMap<EntityName, Access>
}

export function rightsOf({ tenant, name, grants }: Pick<SimUser, 'tenant' | 'name' | 'grants'>): Rights {
  return { tenant, user: name, grants: new Map(grants) }
}

export function accessOf({ grants }: Rights, entityType: string): Access {
  return isEntityName(entityType) ? (grants.get(entityType) ?? 'write') : 'none'
}

/** Whether these rights show a row: the rules of the simulated schema, written down once more. */
export function isVisible(
  rights: Rights,
  { entityType, fields }: { readonly entityType: string; readonly fields: Readonly<Record<string, unknown>> },
): boolean {
  return accessOf(rights, entityType) !== 'none' && (entityType !== 'diary' || fields['owner'] === rights.user)
}

export function identityOf(rights: Rights, { ignoresScope = false } = {}): Identity {
  return {
    tenant: rights.tenant,
    user: rights.user,
    isAdmin: false,
    tokenId: undefined,
    issuedAt: undefined,
    expiresAt: undefined,
    documentAccess: () => 'write',
    entityAccess: (entityType) => accessOf(rights, entityType),
    scope: ignoresScope ? '' : hiddenEntities(rights).join(),
  }
}

function hiddenEntities({ grants }: Rights): readonly string[] {
  return entityNames.filter((entity) => grants.get(entity) === 'none')
}
