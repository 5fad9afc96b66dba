import type { SyncState } from '../../sync/sync-state.ts'
import { durationWords } from './time-words.ts'

/** A run that is under way: what is settled of what there was when it began. */
export interface RunProgress {
  readonly current: number
  readonly total: number
}

/** `undefined` while nothing is under way that could be counted. */
export function progressOf({ status, current, total }: SyncState): RunProgress | undefined {
  return status === 'syncing' && total > 0 ? { current, total } : undefined
}

/** Without numbers where they would be those of another run. */
export function syncingWords(progress: RunProgress | undefined): string {
  return progress === undefined ? 'Syncing changes…' : `Syncing changes… (${progress.current} of ${progress.total})`
}

/** When a run was first seen, and what it had to do. */
export interface RunStart {
  readonly at: number
  readonly total: number
}

/** Too early to say anything by. */
const elapsedMsMin = 1_000

/** How long the rest takes at the pace so far, in ms; `undefined` where there is no pace yet. */
export function remainingMs({ current, total }: RunProgress, start: RunStart, now: number): number | undefined {
  const elapsedMs = now - start.at
  if (start.total !== total || current <= 0 || elapsedMs < elapsedMsMin) return undefined
  return Math.max(0, ((total - current) * elapsedMs) / current)
}

export function remainingWords(ms: number | undefined): string {
  return ms === undefined ? '' : `about ${durationWords(ms)} left`
}
