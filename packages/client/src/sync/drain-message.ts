import { z } from 'zod'

const countSchema = z.int().nonnegative()
const timeSchema = z.number().optional()

/** A `SyncState` as it travels between tabs. */
const toldStateSchema = z.object({
  status: z.enum(['offline', 'syncing', 'upToDate', 'error', 'paused']),
  pending: countSchema,
  inFlight: countSchema,
  failed: countSchema,
  attention: countSchema,
  current: countSchema,
  total: countSchema,
  nextRetryAt: timeSchema,
  lastSyncedAt: timeSchema,
  lastPushedAt: timeSchema,
  lastPulledAt: timeSchema,
  lastError: z.object({ code: z.string(), message: z.string() }).optional(),
  heldBack: z.object({ count: countSchema, code: z.string(), reason: z.string() }).optional(),
})

/** What the tabs on one records database tell each other about draining it. */
export const drainMessageSchema = z.discriminatedUnion('type', [
  /** From the tab that drains, on every change and as a heartbeat. `trueForMs`: how long an `upToDate` holds without further word.
   *  `saidAt`: by the device's clock; a tab that was frozen hears it long after. */
  z.object({ type: z.literal('reigning'), state: toldStateSchema, trueForMs: z.number().nonnegative(), saidAt: z.number() }),
  /** Is anybody draining? */
  z.object({ type: z.literal('rollCall') }),
  /** The tab that drains may run now, for somebody pressed "Sync now" here. */
  z.object({ type: z.literal('syncRequested'), requestId: z.string() }),
  z.object({ type: z.literal('syncRan'), requestId: z.string() }),
  /** A person did something here that is to be sent whatever the conditions. */
  z.object({ type: z.literal('personAsked') }),
  /** Syncing was enabled or disabled: the database says which. */
  z.object({ type: z.literal('settingsChanged') }),
  /** Somebody signed in: the registry of scopes says whose the database is. */
  z.object({ type: z.literal('ownerChanged') }),
  /** The tab that drains goes: whoever waits for the lock has it in a moment. */
  z.object({ type: z.literal('abdicated') }),
])

export type DrainMessage = z.infer<typeof drainMessageSchema>
export type ReignNews = Extract<DrainMessage, { readonly type: 'reigning' }>
