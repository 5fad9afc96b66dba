import type { Clock } from '@rejoin/core'
import { clockSkewMs } from './clock-skew.ts'
import type { Identity } from './identity.ts'

/** Most entries kept; beyond it a revocation is refused loudly, because forgetting an older one would let somebody back in. */
const revocationsMax = 100_000

type Revocation = { readonly user: string } | { readonly tokenId: string }

/** Tokens that are not to be accepted any more although they are signed and current. In this process only, until it ends. */
export interface Revocations {
  /** A user: every token issued to them until now. A token: that one. `false` where the list is full. */
  revoke(tenant: string, revocation: Revocation): boolean
  isRevoked(identity: Identity): boolean
  /** Calls the listener after each revocation, so that live connections can be judged again. The returned function stops it. */
  subscribe(listener: () => void): () => void
}

export function createRevocations(clock: Clock): Revocations {
  /** By tenant and user: until when (ms since the epoch) tokens must have been issued to be dead. */
  const revokedUntilByUser = new Map<string, number>()
  const revokedTokens = new Set<string>()
  const listeners = new Set<() => void>()

  return {
    revoke(tenant, revocation) {
      if (revokedUntilByUser.size + revokedTokens.size >= revocationsMax) return false
      // An issuer whose clock is ahead dates its tokens into our future, and they must not outlive this. The price: a
      // revoked user who signs in again is let in a minute later.
      if ('user' in revocation) revokedUntilByUser.set(keyOf(tenant, revocation.user), clock.now() + clockSkewMs)
      else revokedTokens.add(keyOf(tenant, revocation.tokenId))
      for (const listener of listeners) listener()
      return true
    },
    isRevoked({ tenant, user, tokenId, issuedAt }) {
      if (tokenId !== undefined && revokedTokens.has(keyOf(tenant, tokenId))) return true
      const revokedUntil = user === null ? undefined : revokedUntilByUser.get(keyOf(tenant, user))
      return revokedUntil !== undefined && (issuedAt === undefined || issuedAt <= revokedUntil)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** JSON, so that no pair of ids can be mistaken for another. */
function keyOf(tenant: string, id: string): string {
  return JSON.stringify([tenant, id])
}
