import type { Sync } from '../sync/sync-state.ts'

/** Who is told what another tab, or a worker, found out by syncing. */
export interface ToldTraffic {
  /** By the device's clock. */
  noteToldAnswer(answeredAt: number): void
  noteToldFailure(): void
}

/** What is said by whoever syncs, for a page that makes no requests itself. The returned function stops it. */
export function followTold(sync: Pick<Sync, 'state' | 'subscribe'>, told: ToldTraffic): () => void {
  let answeredAt = 0
  let wasLost = false
  return sync.subscribe(() => {
    const { status, lastError, lastPushedAt = 0, lastPulledAt = 0 } = sync.state
    const latest = Math.max(lastPushedAt, lastPulledAt)
    const isLost = status === 'offline' && lastError?.code === 'UNREACHABLE'
    if (latest > answeredAt) told.noteToldAnswer(latest)
    if (isLost && !wasLost) told.noteToldFailure()
    answeredAt = latest
    wasLost = isLost
  })
}
