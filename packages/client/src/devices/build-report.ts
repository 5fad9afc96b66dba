import {
  deviceLimits,
  type BackgroundSyncSettings,
  type ConnectivityStatus,
  type DeviceReport,
  type SyncMetrics,
} from '@rejoin/core'
import { toIsoTime } from '../record-database/iso-time.ts'
import type { SyncRun } from '../sync/sync-run.ts'
import type { SyncState } from '../sync/sync-state.ts'
import type { ReportingFacts } from './reporting-choice.ts'
import { toldError } from './told-error.ts'

/** Everything a report is made of. Times are ms since the epoch. */
export interface ReportSources {
  readonly facts: ReportingFacts
  /** Where the person gave none. */
  readonly name: string | undefined
  readonly state: SyncState
  readonly settings: BackgroundSyncSettings
  readonly connectivity: ConnectivityStatus
  /** Those that were not told yet, the oldest first. */
  readonly runs: readonly SyncRun[]
  readonly batteryUsed: (run: SyncRun) => number | undefined
  readonly isCompressed: boolean
  /** When the run under way was first seen. */
  readonly runSeenAt: number | undefined
  readonly now: number
}

/** What this device says of itself. */
export function buildReport(sources: ReportSources): DeviceReport {
  const { facts, state, settings, connectivity } = sources
  const name = (facts.name ?? sources.name)?.trim().slice(0, deviceLimits.nameCharactersMax)
  const completionAt = completionOf(sources)
  return {
    deviceId: facts.deviceId,
    ...(name !== undefined && name !== '' && { name }),
    currentProgress: progressOf(sources),
    connectivity: { ...connectivity, connectionType: connectivity.connectionType.slice(0, 32) || 'unknown' },
    queueSize: state.pending,
    ...(completionAt !== undefined && { estimatedCompletionTime: toIsoTime(completionAt) }),
    ...(state.lastError !== undefined && { lastError: toldError(state.lastError) }),
    ...(state.lastSyncedAt !== undefined && { lastSyncedAt: toIsoTime(state.lastSyncedAt) }),
    settings,
    runs: sources.runs.slice(-deviceLimits.runsMax).map((run) => metricsOf(run, sources)),
    acknowledgedThrough: facts.appliedThrough,
  }
}

function progressOf({ state, runSeenAt }: ReportSources): DeviceReport['currentProgress'] {
  if (!isRunning(state)) return null
  const { current, total } = state
  return { current, total, ...(runSeenAt !== undefined && { startedAt: toIsoTime(runSeenAt) }) }
}

export function isRunning({ status, current, total }: SyncState): boolean {
  return status === 'syncing' && total > 0 && current < total
}

/** As fast as until now. */
function completionOf({ state, runSeenAt, now }: ReportSources): number | undefined {
  if (!isRunning(state) || state.current === 0 || runSeenAt === undefined) return undefined
  return Math.round(now + ((now - runSeenAt) / state.current) * (state.total - state.current))
}

function metricsOf(run: SyncRun, { connectivity, batteryUsed, isCompressed }: ReportSources): SyncMetrics {
  const used = batteryUsed(run)
  const { isCharging, connectionQuality } = connectivity
  const isFailed = run.outcome === 'failed'
  return {
    startedAt: toIsoTime(run.startedAt),
    durationMs: run.durationMs,
    isSuccessful: !isFailed,
    items: run.items,
    requests: run.requests,
    bytes: run.bytesSent + run.bytesReceived,
    errors: Math.max(run.failures, isFailed ? 1 : 0),
    ...(used !== undefined && { batteryUsed: used }),
    ...(isCharging !== undefined && { isCharging }),
    connectionQuality,
    isCompressed,
  }
}

/**
 * What is worth another report. Round trips, speeds, times and single percents change by themselves and without end: they go along with
 * the next report.
 */
export function significanceOf(report: DeviceReport): string {
  const { connectivity, lastSyncedAt: _synced, estimatedCompletionTime: _completion, runs, ...said } = report
  const { isOnline, connectionType, connectionQuality, isCharging, batteryLevel } = connectivity
  const battery = batteryLevel === undefined ? undefined : Math.round(batteryLevel / 5)
  return JSON.stringify({ ...said, isOnline, connectionType, connectionQuality, isCharging, battery, runs: runs.length })
}
