/** The one way in which a service worker takes a lock: never waiting, never stealing. */
export interface FreeLocks {
  /** Runs `work` while it has the lock; resolves with `false`, and runs nothing, where somebody else has it. Rejects where it was robbed. */
  tryRequest(name: string, work: () => Promise<void>): Promise<boolean>
}
