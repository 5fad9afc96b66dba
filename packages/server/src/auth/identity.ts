import type { ErrorCode } from '@rejoin/core'

export type DocumentAccess = 'none' | 'read' | 'write'
export type EntityAccess = 'none' | 'read' | 'write'

/** Who is asking, as the server itself established it. */
export interface Identity {
  readonly tenant: string
  /** The user inside the tenant; `null` under auth none, where everybody is the same. */
  readonly user: string | null
  readonly isAdmin: boolean
  /** Id of the token (`jti`), by which it can be revoked; `undefined` where it has none. */
  readonly tokenId: string | undefined
  /** When the token was issued, ms since the epoch by the issuer's clock; `undefined` where it does not say. */
  readonly issuedAt: number | undefined
  /** When the token ends, ms since the epoch; `undefined` for never. */
  readonly expiresAt: number | undefined
  /** The most permissive grant that matches the name. */
  documentAccess(document: string): DocumentAccess
  /** The most permissive grant that names the entity of records. */
  entityAccess(entity: string): EntityAccess
  /** Which entities are shown, as text: where it differs, a device that goes on from its checkpoint would miss rows or keep them. */
  readonly scope: string
}

export type Authentication =
  | { readonly type: 'identified'; readonly identity: Identity }
  | { readonly type: 'refused'; readonly code: Extract<ErrorCode, 'UNAUTHENTICATED' | 'TOKEN_EXPIRED'>; readonly reason: string }

export interface Authenticator {
  readonly mode: 'none' | 'jwt'
  /** Never rejects for a bad token: that is an answer. Rejects only where the keys cannot be had. */
  authenticate(token: string | undefined): Promise<Authentication>
}
