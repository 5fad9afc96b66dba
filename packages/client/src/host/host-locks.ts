import type { FreeLocks } from '../service-worker/free-locks.ts'
import { noStealableLocks, type StealableLocks } from '../sync/stealable-locks.ts'

/** The host's locks, where it has them. */
export function hostLocks(): StealableLocks {
  if (typeof navigator === 'undefined' || !('locks' in navigator)) return noStealableLocks
  const { locks } = navigator
  return {
    request: (name, options, work) => locks.request(name, options, work),
    steal: (name, work) => locks.request(name, { steal: true }, work),
  }
}

/** Without locks nobody knows whether a page drains: then none is ever free. */
export function freeHostLocks(): FreeLocks {
  if (typeof navigator === 'undefined' || !('locks' in navigator)) return { tryRequest: () => Promise.resolve(false) }
  const { locks } = navigator
  return {
    tryRequest: (name, work) =>
      locks.request(name, { ifAvailable: true }, async (lock) => {
        if (lock === null) return false
        await work()
        return true
      }),
  }
}
