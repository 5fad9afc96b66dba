import type { LargestSaving } from './device-status.ts'
import { sumOfRuns } from './sum-of-runs.ts'
import type { SyncMetrics } from './sync-metrics.ts'

/** A request carries many more without being slower for it. */
const itemsOfGoodBatch = 20
/** JSON of records is rarely less than twice its gzip. */
const gzipShareSaved = 0.5
/** Below these nobody would notice what was saved. */
const requestsMin = 20
const bytesMin = 50_000
const batteryMin = 0.02
const shareMin = 0.1

/** What would save most on this device, by the share of its own kind; `null` where nothing is worth a change. */
export function largestSaving(runs: readonly SyncMetrics[]): LargestSaving | null {
  const savings = [batchMore(runs), compress(runs), chargingOnly(runs)].filter((saving) => saving !== null)
  return savings.reduce<LargestSaving | null>(
    (largest, saving) => (saving.share >= shareMin && saving.share > (largest?.share ?? 0) ? saving : largest),
    null,
  )
}

function batchMore(runs: readonly SyncMetrics[]): LargestSaving | null {
  const requests = sumOfRuns(runs, (run) => run.requests)
  const items = sumOfRuns(runs, (run) => run.items)
  if (requests < requestsMin || items === 0) return null
  const share = Math.max(0, 1 - Math.max(1, Math.ceil(items / itemsOfGoodBatch)) / requests)
  const reason = `${requests} requests carried ${items} changes: with a longer interval each would carry more.`
  return { advice: 'batchMore', share, reason }
}

function compress(runs: readonly SyncMetrics[]): LargestSaving | null {
  const bytes = sumOfRuns(runs, (run) => run.bytes)
  const plain = sumOfRuns(
    runs.filter(({ isCompressed }) => isCompressed === false),
    (run) => run.bytes,
  )
  if (plain < bytesMin) return null
  const reason = `${Math.round(plain / 1000)} kB of ${Math.round(bytes / 1000)} kB travelled uncompressed.`
  return { advice: 'compress', share: (plain / bytes) * gzipShareSaved, reason }
}

function chargingOnly(runs: readonly SyncMetrics[]): LargestSaving | null {
  const onBattery = runs.filter(({ isCharging, batteryUsed }) => isCharging === false && batteryUsed !== undefined)
  const used = sumOfRuns(onBattery, ({ batteryUsed = 0 }) => batteryUsed)
  if (used < batteryMin) return null
  const all = sumOfRuns(runs, ({ batteryUsed = 0 }) => batteryUsed)
  const percent = Math.round(used * 1000) / 10
  const reason = `${onBattery.length} runs on battery used ${percent} % of it: they could wait for the charger.`
  return { advice: 'chargingOnly', share: used / all, reason }
}
