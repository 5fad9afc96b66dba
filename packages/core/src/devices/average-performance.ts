import type { AveragePerformance } from './device-status.ts'
import { sumOfRuns } from './sum-of-runs.ts'
import type { SyncMetrics } from './sync-metrics.ts'

/** Averages of runs; what no run tells is `null`. */
export function averagePerformance(runs: readonly SyncMetrics[]): AveragePerformance {
  const items = sumOfRuns(runs, ({ items }) => items)
  const minutes = sumOfRuns(runs, ({ durationMs }) => durationMs) / 60_000
  const batteries = runs.flatMap(({ batteryUsed }) => batteryUsed ?? [])
  const qualities = runs.flatMap(({ connectionQuality }) => connectionQuality ?? [])
  const good = qualities.filter((quality) => quality === 'excellent' || quality === 'good').length
  return {
    itemsPerMinute: shareOf(items, minutes),
    successRate: shareOf(runs.filter(({ isSuccessful }) => isSuccessful).length, runs.length),
    batteryPerRun: shareOf(
      batteries.reduce((sum, used) => sum + used, 0),
      batteries.length,
    ),
    network: {
      bytesPerItem: shareOf(
        sumOfRuns(runs, ({ bytes }) => bytes),
        items,
      ),
      requestsPerRun: shareOf(
        sumOfRuns(runs, ({ requests }) => requests),
        runs.length,
      ),
      goodConnectionRate: shareOf(good, qualities.length),
    },
  }
}

function shareOf(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null
}
