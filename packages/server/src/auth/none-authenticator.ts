import { entityScopeOf } from './entity-grants.ts'
import type { Authenticator, Identity } from './identity.ts'

const everybody: Identity = {
  tenant: 'default',
  user: null,
  isAdmin: true,
  tokenId: undefined,
  issuedAt: undefined,
  expiresAt: undefined,
  documentAccess: () => 'write',
  entityAccess: () => 'write',
  scope: entityScopeOf(undefined),
}

/**
 * Everybody is the same and may do everything. Only for loopback: the configuration refuses any other host, and the
 * origin guard any request that did not come from this machine. A token is ignored.
 */
export function createNoneAuthenticator(): Authenticator {
  return { mode: 'none', authenticate: () => Promise.resolve({ type: 'identified', identity: everybody }) }
}
