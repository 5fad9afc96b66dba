import type { SyncMetrics } from './sync-metrics.ts'

export function sumOfRuns(runs: readonly SyncMetrics[], valueOf: (run: SyncMetrics) => number): number {
  return runs.reduce((sum, run) => sum + valueOf(run), 0)
}
