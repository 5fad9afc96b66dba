import { noStealableLocks, type StealableLocks } from './sync/stealable-locks.ts'

/** The host's locks, where it has them. */
export function hostLocks(): StealableLocks {
  if (typeof navigator === 'undefined' || !('locks' in navigator)) return noStealableLocks
  const { locks } = navigator
  return {
    request: (name, options, work) => locks.request(name, options, work),
    steal: (name, work) => locks.request(name, { steal: true }, work),
  }
}
