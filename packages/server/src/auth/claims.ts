import { z } from 'zod'
import { documentAccessOf, documentGrantsSchema } from './document-grants.ts'
import { entityAccessOf, entityGrantsSchema, entityScopeOf } from './entity-grants.ts'
import type { Identity } from './identity.ts'

const idCharactersMax = 256
const id = z
  .string()
  .min(1)
  .max(idCharactersMax)
  .refine((value) => !/\p{Cc}|\p{Surrogate}/u.test(value))
const seconds = z
  .number()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER / 1000)

/** What a token must say. Other claims are the issuer's own affair. */
export const claimsSchema = z.object({
  sub: id,
  tenant: id,
  /** Required: a token without an end could only be taken back by a list kept for ever. */
  exp: seconds,
  iat: seconds.optional(),
  jti: id.optional(),
  role: z.string().max(idCharactersMax).optional(),
  documents: documentGrantsSchema.optional(),
  entities: entityGrantsSchema.optional(),
})

export type Claims = z.infer<typeof claimsSchema>

export function toIdentity(claims: Claims): Identity {
  return {
    tenant: claims.tenant,
    user: claims.sub,
    isAdmin: claims.role === 'admin',
    tokenId: claims.jti,
    issuedAt: claims.iat === undefined ? undefined : claims.iat * 1000,
    expiresAt: claims.exp * 1000,
    documentAccess: (document) => documentAccessOf(claims.documents, document),
    entityAccess: (entity) => entityAccessOf(claims.entities, entity),
    scope: entityScopeOf(claims.entities),
  }
}
