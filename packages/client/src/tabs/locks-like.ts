/** The member of `navigator.locks` that is used: runs `work` while no other tab holds the lock of that name. */
export interface LocksLike {
  request(name: string, options: { readonly signal: AbortSignal }, work: () => Promise<void>): Promise<void>
}

/** For hosts where nobody else could hold a lock on the same database. */
export const noLocks: LocksLike = { request: async (_name, _options, work) => work() }
