import type { ClientAuth } from '../client-auth.ts'

type GetToken = ClientAuth['getToken']

const sharingByOwn = new WeakMap<GetToken, GetToken>()

/**
 * Whoever asks for a fresh token while one is being fetched has that one. Several requests that are out together are refused together, and many
 * a sign-in can be renewed only once. The same function shares with itself, wherever it is used.
 */
export function shareRefresh(getToken: GetToken): GetToken {
  const known = sharingByOwn.get(getToken)
  if (known !== undefined) return known
  let refreshing: Promise<string> | undefined
  const share: GetToken = (options) => {
    if (options?.isRefused !== true) return getToken(options)
    refreshing ??= getToken(options).finally(() => (refreshing = undefined))
    return refreshing
  }
  sharingByOwn.set(getToken, share)
  return share
}
