import type { Priority } from '@rejoin/core'
import type { OutboxEntry } from '../../outbox/outbox-entry.ts'
import { levelOf, type PriorityThresholds } from '../../outbox/priority.ts'
import type { SyncRun } from '../../sync/sync-run.ts'

/** What waits at one level. */
export interface PriorityLot {
  readonly level: Priority
  readonly count: number
  /** How long the one that came first has been waiting, in ms; `undefined` where none waits. */
  readonly longestWaitMs: number | undefined
  readonly averageWaitMs: number | undefined
}

const levels = ['HIGH', 'NORMAL', 'LOW'] as const

/** The outbox by level, the most urgent first. A clock that was set back makes no wait negative. */
export function sortByPriority(
  entries: readonly OutboxEntry[],
  now: number,
  thresholds: PriorityThresholds,
): readonly PriorityLot[] {
  return levels.map((level) => {
    const waits = entries
      .filter(({ score }) => levelOf(score, thresholds) === level)
      .map(({ createdAt }) => Math.max(0, now - createdAt))
    const sum = waits.reduce((total, wait) => total + wait, 0)
    return {
      level,
      count: waits.length,
      longestWaitMs: waits.length === 0 ? undefined : waits.reduce((longest, wait) => Math.max(longest, wait), 0),
      averageWaitMs: waits.length === 0 ? undefined : sum / waits.length,
    }
  })
}

/** Changes a minute while syncing, over the runs that settled any; `undefined` where none did. */
export function itemsPerMinute(runs: readonly SyncRun[]): number | undefined {
  const telling = runs.filter(({ items }) => items > 0)
  const items = telling.reduce((sum, run) => sum + run.items, 0)
  const ms = telling.reduce((sum, run) => sum + run.durationMs, 0)
  return items === 0 || ms === 0 ? undefined : (items * 60_000) / ms
}
