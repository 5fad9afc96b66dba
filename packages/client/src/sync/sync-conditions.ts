import { defaultBackgroundSyncSettings, type Priority } from '@rejoin/core'
import { engineLimits } from './engine-limits.ts'

/** Background work that waits for better conditions, though it could be done. What a person asks for never does. */
export interface Hold {
  /** Changes below this level wait; `all`: every one, and nothing is fetched either. What was sent already is finished in any case. */
  readonly below: Exclude<Priority, 'LOW'> | 'all'
  /** For programs. */
  readonly code: string
  /** Why: a sentence for a person. */
  readonly reason: string
}

/** What settings, power and network allow at the moment. */
export interface SyncConditions {
  readonly hold: Hold | undefined
  /** Whatever the feed says, so often the server is asked. */
  readonly intervalMs: number
  /** So many requests may be out at a time, to whatever servers. */
  readonly requestsMax: number
}

/** Nothing stands in the way. */
export const goodConditions: SyncConditions = {
  hold: undefined,
  intervalMs: engineLimits.syncIntervalMs,
  requestsMax: defaultBackgroundSyncSettings.maximumConcurrentOperations,
}

export interface ConditionsSource {
  /** As of now; calls no listener. */
  current(): SyncConditions
  /** Calls after every change that is told. The returned function stops it. */
  subscribe(listener: () => void): () => void
  /** Before that `current` is a guess. Never rejects. */
  readonly ready: Promise<void>
}

/** For hosts whose conditions are always good. */
export const alwaysGood: ConditionsSource = {
  current: () => goodConditions,
  subscribe: () => () => undefined,
  ready: Promise.resolve(),
}

export function isSameConditions(a: SyncConditions, b: SyncConditions): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
