import type { Clock } from '@rejoin/core'
import type { ClientAuth } from '../client-auth.ts'
import { requestTimeoutMs } from './http-requests.ts'

type GetToken = ClientAuth['getToken']

const sharingByOwn = new WeakMap<GetToken, GetToken>()

/**
 * Whoever asks for a fresh token while one is being fetched has that one. Several requests that are out together are refused together, and many
 * a sign-in can be renewed only once. One that does not answer for as long as a request may take is left alone: the next asks anew. The same
 * function shares with itself, wherever it is used.
 */
export function shareRefresh(getToken: GetToken, clock: Clock): GetToken {
  const known = sharingByOwn.get(getToken)
  if (known !== undefined) return known
  let refreshing: { readonly token: Promise<string>; readonly since: number } | undefined
  const share: GetToken = (options) => {
    if (options?.isRefused !== true) return getToken(options)
    const now = clock.now()
    if (refreshing !== undefined && Math.abs(now - refreshing.since) < requestTimeoutMs) return refreshing.token
    const token = getToken(options).finally(() => {
      if (refreshing === begun) refreshing = undefined
    })
    const begun = { token, since: now }
    refreshing = begun
    return token
  }
  sharingByOwn.set(getToken, share)
  return share
}
