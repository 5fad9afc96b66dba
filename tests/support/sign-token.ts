import { SignJWT } from 'jose'

/** The secret that test servers are started with: `--auth jwt`, `REJOIN_JWT_SECRET`. */
export const jwtSecret = 'a secret for tests, long enough for HS256'

export interface TokenClaims {
  readonly user: string
  readonly tenant?: string
  readonly role?: string
  /** By which this token alone can be revoked. */
  readonly tokenId?: string
  readonly documents?: readonly { readonly pattern: string; readonly access: 'read' | 'write' }[]
  readonly entities?: readonly { readonly entity: string; readonly access: 'read' | 'write' }[]
  /** Seconds from now; negative for a token that has ended. */
  readonly lifeSeconds?: number
  readonly secret?: string
}

export function signToken({
  user,
  tenant = 'acme',
  role,
  tokenId,
  documents,
  entities,
  lifeSeconds = 600,
  secret = jwtSecret,
}: TokenClaims): Promise<string> {
  const claims = {
    tenant,
    ...(role === undefined ? {} : { role }),
    ...(tokenId === undefined ? {} : { jti: tokenId }),
    ...(documents === undefined ? {} : { documents }),
    ...(entities === undefined ? {} : { entities }),
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + lifeSeconds)
    .sign(new TextEncoder().encode(secret))
}
