import type { Priorities } from './priorities.ts'

/** What goes first, as a person of this device wants it. */
export interface SyncPriorities {
  /** What holds now; the app's own until it was read, and as long as nobody decided otherwise. The same value until it changes. */
  get(): Priorities
  /**
   * Rules, or `{ rules, thresholds }`; as values, or as JSON text. Resolves with what is wrong with them, one sentence each, and then nothing
   * has changed; or with an empty list when they are kept on this device and all that waits has its new place.
   */
  update(priorities: Partial<Priorities> | Priorities['rules'] | string): Promise<readonly string[]>
  /** Back to the app's own. */
  reset(): Promise<void>
  /** Calls after every change, from whatever tab. The returned function stops it. */
  subscribe(listener: () => void): () => void
}
