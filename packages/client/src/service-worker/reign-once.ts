import { DrainChannel } from '../sync/drain-channel.ts'
import { Reign, type ReignParts } from '../sync/reign.ts'
import type { SyncState } from '../sync/sync-state.ts'
import type { BroadcastChannelLike } from '../tabs/broadcast-channel-like.ts'

export interface ReignBounds {
  readonly channel: BroadcastChannelLike | undefined
  readonly durationMs: number
  /** The lock was taken away, or the database. */
  readonly stop: AbortSignal
}

/** Lets an engine drain until it comes to rest, or until it is over with it. Tabs hear of it as of a tab that drains. */
export async function reignOnce(
  parts: Omit<ReignParts, 'onChanged' | 'onFenceLost'>,
  { channel, durationMs, stop }: ReignBounds,
): Promise<SyncState> {
  const { promise: over, resolve: end } = Promise.withResolvers<void>()
  // It speaks while it is made.
  let made: Reign | undefined
  const tabs = new DrainChannel(channel, {
    onMessage: ({ type }) => {
      if (type === 'rollCall') made?.tell()
      // Switched off, or somebody else's by now: the next event looks.
      if (type === 'settingsChanged' || type === 'ownerChanged') end()
    },
    onForeignReign: () => undefined,
  })
  const reign = new Reign({ ...parts, onChanged: () => made?.tellChange(), onFenceLost: end }, tabs)
  made = reign
  const cancel = parts.scheduler.after(durationMs, end)
  stop.addEventListener('abort', () => end())
  if (stop.aborted) end()
  reign.engine.dispatch({ type: 'enabled' })
  reign.engine.dispatch({ type: 'wentOnline' })
  void reign.engine.whenResting().then(end)
  try {
    await over
    return reign.state
  } finally {
    cancel()
    reign.end()
    tabs.close()
  }
}
