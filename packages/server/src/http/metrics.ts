import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { RecordCounters } from '../records/record-counters.ts'
import type { RelayCounters } from '../relay/relay-counters.ts'
import type { SceneCounters } from '../scenes/scene-counters.ts'
import { identityOf } from './authentication.ts'
import { registerTotal, registerTotals } from './derived-counter.ts'
import { replyError } from './error-reply.ts'
import { registerSceneCounts } from './scene-metrics.ts'

/** Seconds. A commit is one fsync of many rows: a disk of this decade takes a millisecond, a tired one a second. */
const commitBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const requestBuckets = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10]

type CountName = { [Name in keyof RelayCounters]: RelayCounters[Name] extends number ? Name : never }[keyof RelayCounters]

/** What only grows. */
const totals: readonly (readonly [CountName, string, string])[] = [
  ['framesIn', 'rejoin_frames_received_total', 'WebSocket messages received'],
  ['bytesIn', 'rejoin_received_bytes_total', 'Bytes of WebSocket messages received'],
  ['bytesOut', 'rejoin_sent_bytes_total', 'Bytes of WebSocket messages sent'],
  ['updatesIn', 'rejoin_updates_received_total', 'Document updates accepted into the log'],
  ['updatesOut', 'rejoin_updates_sent_total', 'Document updates sent, once for each receiver'],
  ['presenceIn', 'rejoin_presence_received_total', 'Presence entries received'],
  ['presenceOut', 'rejoin_presence_sent_total', 'Presence entries sent, once for each receiver'],
  ['commits', 'rejoin_commits_total', 'Commits made durable'],
]

/** What goes up and down. */
const levels: readonly (readonly [CountName, string, string])[] = [
  ['connections', 'rejoin_connections', 'Open WebSocket connections'],
  ['rooms', 'rejoin_rooms', 'Documents in memory'],
]

export interface Metrics {
  /** In the Prometheus text format. */
  readonly contentType: string
  read(): Promise<string>
  observeRequest(request: {
    readonly method: string
    readonly route: string
    readonly status: number
    readonly durationMs: number
  }): void
}

export interface MetricsSources {
  readonly relay: RelayCounters
  readonly records: RecordCounters
  readonly scenes: SceneCounters
}

/** Reads the plain numbers of its sources when it is asked; the hot path never sees it. No label names a tenant, user or document. */
export function createMetrics({ relay: counters, records, scenes }: MetricsSources): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  registerCounts(registry, counters)
  registerRecordCounts(registry, records)
  registerSceneCounts(registry, scenes)
  const commits = new Histogram({
    name: 'rejoin_commit_seconds',
    help: 'From handing rows to the store until they were durable',
    buckets: commitBuckets,
    registers: [registry],
  })
  counters.observeCommitMs = (durationMs) => commits.observe(durationMs / 1000)
  const requests = new Histogram({
    name: 'rejoin_http_request_seconds',
    help: 'HTTP requests by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: requestBuckets,
    registers: [registry],
  })
  return {
    contentType: registry.contentType,
    read: () => registry.metrics(),
    observeRequest: ({ method, route, status, durationMs }) => requests.observe({ method, route, status }, durationMs / 1000),
  }
}

function registerCounts(registry: Registry, counters: RelayCounters): void {
  const registers = [registry]
  for (const [count, name, help] of levels) {
    const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(counters[count]) })
  }
  for (const [count, name, help] of totals) registerTotal(registry, { name, help, read: () => counters[count] })
  registerTotals(registry, {
    name: 'rejoin_refusals_total',
    help: 'Frames, upgrades and connections refused, by error code',
    label: 'code',
    read: () => counters.refusalsByCode,
  })
}

function registerRecordCounts(registry: Registry, counters: RecordCounters): void {
  const registers = [registry]
  const commits = new Histogram({
    name: 'rejoin_record_commit_seconds',
    help: 'From handing a commit of records to the store until it was durable',
    buckets: commitBuckets,
    registers,
  })
  counters.observeCommitMs = (durationMs) => commits.observe(durationMs / 1000)
  const feeds: Gauge = new Gauge({
    name: 'rejoin_change_feeds',
    help: 'Open connections to /changes',
    registers,
    collect: () => feeds.set(counters.feeds),
  })
  registerTotal(registry, {
    name: 'rejoin_operation_batches_total',
    help: 'Requests that brought operations',
    read: () => counters.batches,
  })
  registerTotal(registry, {
    name: 'rejoin_change_hints_sent_total',
    help: 'Hints sent over /changes',
    read: () => counters.hintsOut,
  })
  registerTotals(registry, {
    name: 'rejoin_operations_total',
    help: 'Operations answered, by the status of their result',
    label: 'status',
    read: () => counters.operationsByStatus,
  })
}

/** `/metrics`: under auth none for everybody on this machine, else for an administrator's token. It shows all tenants together. */
export function registerMetricsRoute(app: FastifyInstance, metrics: Metrics): void {
  const schema = { tags: ['health'], summary: 'Figures in the Prometheus text format, for administrators' }
  app.get('/metrics', { schema }, async (request, reply) => {
    if (!identityOf(request).isAdmin) return replyError(reply, 'FORBIDDEN', 'metrics are for administrators')
    return reply.type(metrics.contentType).send(await metrics.read())
  })
}
