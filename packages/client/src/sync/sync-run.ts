import { z } from 'zod'

const countSchema = z.int().nonnegative()

/**
 * What woke the engine.
 * - `start`: this tab began to drain, or syncing was enabled
 * - `person`: "Sync now"
 * - `change`: something was made on this device
 * - `network`: there may be one again
 * - `wakeUp`: the page came to the front
 * - `hint`: the server has something new
 * - `timer`: the time for it had come
 */
export const runTriggerSchema = z.enum(['start', 'person', 'change', 'network', 'wakeUp', 'hint', 'timer'])
export type RunTrigger = z.infer<typeof runTriggerSchema>

/** One run: from work becoming due until the engine rests. A look at the outbox alone is none. Nothing in it says what was synced. */
export const syncRunSchema = z.object({
  /** ms since the epoch, by the device's clock. */
  startedAt: z.number(),
  durationMs: z.number().nonnegative(),
  trigger: runTriggerSchema,
  /** - `done`: it came to rest with nothing in the way
   *  - `failed`: `error` stood in the way
   *  - `interrupted`: another tab took over, the page went, or syncing was switched off */
  outcome: z.enum(['done', 'failed', 'interrupted']),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  /** Operations that were settled. */
  items: countSchema,
  /** Rows of other devices that were taken in. */
  received: countSchema,
  /** Of the items, those in which the server's version was kept, whole or in part. */
  conflicts: countSchema,
  /** Attempts of operations that failed. */
  failures: countSchema,
  requests: countSchema,
  /** Of bodies as they travelled, compressed where they were; headers are not counted. */
  bytesSent: countSchema,
  /** As sent, of what the browser says; else of the text that was read. */
  bytesReceived: countSchema,
  /** How often a timer woke the engine since the run before. */
  wakeUps: countSchema,
})
export type SyncRun = z.infer<typeof syncRunSchema>

/** How the last runs went, for people and for charts. */
export interface SyncActivityLog {
  /** The last 100, the oldest first, of whatever tab; the same list until there is another run. Empty until it was read. */
  runs(): readonly SyncRun[]
  /** Calls after every run. The returned function stops it. */
  subscribe(listener: () => void): () => void
}
