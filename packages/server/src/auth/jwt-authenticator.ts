import { createSecretKey } from 'node:crypto'
import { limits, type Clock } from '@rejoin/core'
import { createRemoteJWKSet, errors, jwtVerify, type JWTVerifyGetKey, type JWTVerifyResult } from 'jose'
import type { AuthConfig } from '../config/server-config.ts'
import { claimsSchema, toIdentity } from './claims.ts'
import { clockSkewMs } from './clock-skew.ts'
import type { Authentication, Authenticator } from './identity.ts'
import type { Revocations } from './revocations.ts'

/** Fixed by the kind of key, never by the token: a public key cannot be taken for an HMAC secret. */
const secretAlgorithms = ['HS256']
const publicKeyAlgorithms = ['EdDSA', 'Ed25519', 'ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512']

/** `typ` of a token that gives access (RFC 7519, RFC 9068); an ID or logout token of the same issuer is not one. */
const accessTokenType = /^(?:application\/)?(?:at\+)?jwt$/i

/** A key set that was fetched, and has no key for this token. */
const keyFaultsOfToken = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported]

const keysTimeoutMs = 5_000
const keysCooldownMs = 30_000

export interface JwtAuthenticatorOptions {
  readonly auth: Extract<AuthConfig, { mode: 'jwt' }>
  readonly clock: Clock
  readonly revocations: Revocations
}

/** Nobody can be judged now. */
export class KeysUnavailableError extends Error {
  override readonly name = 'KeysUnavailableError'
}

/** Verifies signed tokens (JWT). Rejects with `KeysUnavailableError` where the issuer's keys cannot be fetched. */
export function createJwtAuthenticator({ auth, clock, revocations }: JwtAuthenticatorOptions): Authenticator {
  const getKey = createKeyLookup(auth.key)
  const options = {
    algorithms: auth.key.type === 'secret' ? secretAlgorithms : publicKeyAlgorithms,
    clockTolerance: clockSkewMs / 1000,
    ...(auth.issuer !== undefined && { issuer: auth.issuer }),
    ...(auth.audience !== undefined && { audience: auth.audience }),
  }
  return {
    mode: 'jwt',
    async authenticate(token) {
      if (token === undefined) return refused('this server wants a token')
      if (Buffer.byteLength(token) > limits.tokenBytesMax) return notValid
      try {
        const verified = await jwtVerify(token, getKey, { ...options, currentDate: new Date(clock.now()) })
        return judge(verified, revocations)
      } catch (error) {
        return explain(error)
      }
    },
  }
}

function createKeyLookup(key: JwtAuthenticatorOptions['auth']['key']): JWTVerifyGetKey {
  if (key.type === 'secret') {
    const secret = createSecretKey(Buffer.from(key.secret))
    return () => Promise.resolve(secret)
  }
  const findKey = createRemoteJWKSet(new URL(key.url), { timeoutDuration: keysTimeoutMs, cooldownDuration: keysCooldownMs })
  return async (header, token) => {
    try {
      return await findKey(header, token)
    } catch (error) {
      if (keyFaultsOfToken.some((fault) => error instanceof fault)) throw error
      throw new KeysUnavailableError('the keys of the issuer cannot be had', { cause: error })
    }
  }
}

function judge({ payload, protectedHeader }: JWTVerifyResult, revocations: Revocations): Authentication {
  if (protectedHeader.crit !== undefined) return notValid
  if (protectedHeader.typ !== undefined && !accessTokenType.test(protectedHeader.typ)) return notValid
  const claims = claimsSchema.safeParse(payload)
  if (!claims.success) return notValid
  const identity = toIdentity(claims.data)
  return revocations.isRevoked(identity) ? refused('this token was revoked') : { type: 'identified', identity }
}

const notValid = refused('the token is not valid here')

function refused(reason: string): Authentication {
  return { type: 'refused', code: 'UNAUTHENTICATED', reason }
}

/** One answer for everything that is wrong with a token, so that nobody learns how to mend a forged one. */
function explain(error: unknown): Authentication {
  if (error instanceof errors.JWTExpired) return { type: 'refused', code: 'TOKEN_EXPIRED', reason: 'the token has expired' }
  if (error instanceof errors.JOSEError) return notValid
  throw error
}
