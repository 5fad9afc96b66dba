import { noLocks, type LocksLike } from '../tabs/locks-like.ts'

/** The members of `navigator.locks` that draining uses. */
export interface StealableLocks extends LocksLike {
  /** Takes the lock away from whoever holds it, whose own `request` rejects while its work runs on. */
  steal(name: string, work: () => Promise<void>): Promise<void>
}

/** For hosts where nobody else could hold a lock on the same database. */
export const noStealableLocks: StealableLocks = { ...noLocks, steal: async (_name, work) => work() }
