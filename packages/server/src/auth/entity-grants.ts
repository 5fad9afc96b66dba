import { z } from 'zod'
import type { EntityAccess } from './identity.ts'

const entityCharactersMax = 64
const everyEntity = '*'
const scopeOfAll = 'all'

/** The claim `entities`: the name of an entity, or `*` for all of them. */
export const entityGrantsSchema = z.array(
  z.object({ entity: z.string().min(1).max(entityCharactersMax), access: z.enum(['read', 'write']) }),
)

export type EntityGrants = z.infer<typeof entityGrantsSchema>

/** The most permissive grant that matches. No claim at all is write to every entity; a claim denies what it does not name. */
export function entityAccessOf(grants: EntityGrants | undefined, entity: string): EntityAccess {
  if (grants === undefined) return 'write'
  const matching = grants.filter((grant) => grant.entity === entity || grant.entity === everyEntity)
  if (matching.length === 0) return 'none'
  return matching.some(({ access }) => access === 'write') ? 'write' : 'read'
}

/**
 * Equal for claims that show the same entities, whatever their order. Whether they may be changed says nothing about what is shown, so a
 * right to write that comes or goes lets nobody start over.
 */
export function entityScopeOf(grants: EntityGrants | undefined): string {
  if (grants === undefined) return scopeOfAll
  const shown = new Set(grants.map(({ entity }) => entity))
  return shown.has(everyEntity) ? scopeOfAll : `only ${JSON.stringify([...shown].toSorted())}`
}
