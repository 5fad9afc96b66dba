import type { LocksLike } from '../tabs/locks-like.ts'

/** Held while a page of this database is cut off by its person. */
export function cutOffLockName(databaseName: string): string {
  return `${databaseName}/cut-off`
}

/**
 * No service worker delivers behind the back of a page that its person cut off, as long as that page is there; other pages go on. The returned
 * function ends it.
 */
export function keepWorkersOut(locks: LocksLike, databaseName: string): () => void {
  const attempt = new AbortController()
  const { promise: over, resolve: end } = Promise.withResolvers<void>()
  // Another page that is cut off holds it for both; who gives up while waiting for it had it by that one all along.
  locks.request(cutOffLockName(databaseName), { signal: attempt.signal }, () => over).then(end, end)
  return () => {
    end()
    attempt.abort()
  }
}
