import type { Clock } from '@rejoin/core'
import { clockSkewMs } from './clock-skew.ts'
import type { Identity } from './identity.ts'

/** Most entries kept; beyond it a revocation is refused loudly, because forgetting an older one would let somebody back in. */
const revocationsMax = 100_000

/** A user: every token issued to them until a time (ms since the epoch). A token: that one. */
export type StoredRevocation =
  | { readonly tenant: string; readonly user: string; readonly issuedUntil: number }
  | { readonly tenant: string; readonly tokenId: string }

/** Where revocations outlive the process. */
export interface RevocationStore {
  load(): Promise<readonly StoredRevocation[]>
  /** Resolves once durable. A later revocation of the same user replaces the earlier. */
  add(revocation: StoredRevocation): Promise<void>
}

type Revocation = { readonly user: string } | { readonly tokenId: string }

/** Tokens that are not to be accepted any more although they are signed and current. */
export interface Revocations {
  /**
   * Takes effect at once and resolves when it is kept: to `false`, without effect, where the list is full. Rejects where it could not be
   * kept; then it holds until the process ends.
   */
  revoke(tenant: string, revocation: Revocation): Promise<boolean>
  isRevoked(identity: Identity): boolean
  /** Calls the listener after each revocation, so that live connections can be judged again. The returned function stops it. */
  subscribe(listener: () => void): () => void
}

export interface RevocationsOptions {
  readonly clock: Clock
  /** What was loaded from `store`. */
  readonly stored?: readonly StoredRevocation[]
  /** Absent: revocations end with the process. */
  readonly store?: Pick<RevocationStore, 'add'>
}

export function createRevocations({ clock, stored = [], store }: RevocationsOptions): Revocations {
  /** By tenant and user: until when (ms since the epoch) tokens must have been issued to be dead. */
  const revokedUntilByUser = new Map<string, number>()
  const revokedTokens = new Set<string>()
  const listeners = new Set<() => void>()
  const take = (revocation: StoredRevocation): void => {
    if ('user' in revocation) revokedUntilByUser.set(keyOf(revocation.tenant, revocation.user), revocation.issuedUntil)
    else revokedTokens.add(keyOf(revocation.tenant, revocation.tokenId))
  }
  for (const revocation of stored) take(revocation)

  return {
    async revoke(tenant, named) {
      if (revokedUntilByUser.size + revokedTokens.size >= revocationsMax) return false
      // An issuer whose clock is ahead dates its tokens into our future, and they must not outlive this. The price: a
      // revoked user who signs in again is let in a minute later.
      const revocation =
        'user' in named
          ? { tenant, user: named.user, issuedUntil: clock.now() + clockSkewMs }
          : { tenant, tokenId: named.tokenId }
      take(revocation)
      for (const listener of listeners) listener()
      await store?.add(revocation)
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
