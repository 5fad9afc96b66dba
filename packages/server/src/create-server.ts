import type { Clock, Scheduler, Schema } from '@rejoin/core'
import type { FastifyInstance } from 'fastify'
import type { Authenticator } from './auth/identity.ts'
import { createJwtAuthenticator } from './auth/jwt-authenticator.ts'
import { createNoneAuthenticator } from './auth/none-authenticator.ts'
import { createOriginGuard } from './auth/origin-guard.ts'
import { createRevocations, type Revocations } from './auth/revocations.ts'
import type { ServerConfig } from './config/server-config.ts'
import { registerApi } from './http/api.ts'
import { trackConnections } from './http/connections.ts'
import { createLog, type Log } from './http/create-log.ts'
import { createFramework } from './http/framework.ts'
import { registerHealthRoutes } from './http/health.ts'
import { httpLimits } from './http/http-limits.ts'
import { JsonConverter } from './http/json-converter.ts'
import { createMetrics } from './http/metrics.ts'
import { noRecords } from './http/no-records.ts'
import { createReadiness } from './http/readiness.ts'
import { installRequestGuard } from './http/request-guard.ts'
import { recordRequests } from './http/request-log.ts'
import { installSecurityHeaders } from './http/security-headers.ts'
import { serveStaticPages } from './http/static-pages.ts'
import { pruneRegularly } from './prune-regularly.ts'
import { createRecordCounters } from './records/record-counters.ts'
import type { ServerHooks, SyncService } from './records/sync-service.ts'
import { createRelay } from './relay/create-relay.ts'
import type { DocumentStore } from './relay/document-store.ts'
import { attachSockets } from './socket/attach-sockets.ts'
import { createSqliteDocumentStore } from './sqlite/sqlite-document-store.ts'
import { systemClock, systemScheduler } from './system-seams.ts'

export interface ServerOptions {
  /** From `readConfig`; `host` and `port` are for the caller's `listen`. */
  readonly config: ServerConfig
  /** The application's records. Without it the routes of records answer 404. */
  readonly schema?: Schema
  /** The application's own rules for its records. */
  readonly hooks?: ServerHooks
  /** Instead of the one that is made of `schema` and `hooks`. */
  readonly syncService?: SyncService
  /** Instead of the SQLite store in `config.dataDir`. The caller opened it and closes it. */
  readonly store?: DocumentStore
  /** Instead of the one that `config.auth` names. Its mode must be the same. */
  readonly authenticator?: Authenticator
  readonly clock?: Clock
  readonly scheduler?: Scheduler
  /** Default: JSON lines on stderr. */
  readonly log?: Log
}

/**
 * A whole server as a Fastify app: `listen()` starts it, `close()` drains it (no longer ready, commits finished, connections closed
 * with 1012, store closed). Rejects where the data folder cannot be used.
 */
export async function createServer(options: ServerOptions): Promise<FastifyInstance> {
  const parts = await openParts(options)
  try {
    return await assemble(options, parts)
  } catch (error) {
    await parts.closeStore()
    throw error
  }
}

interface Parts {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly log: Log
  readonly store: DocumentStore
  closeStore(): Promise<void>
  readonly revocations: Revocations
  readonly authenticator: Authenticator
}

async function openParts(options: ServerOptions): Promise<Parts> {
  const { config, clock = systemClock, scheduler = systemScheduler } = options
  const log = options.log ?? createLog(config.logLevel)
  const revocations = createRevocations(clock)
  const authenticator = options.authenticator ?? createAuthenticator(config, clock, revocations)
  if (authenticator.mode !== config.auth.mode) throw new Error('the authenticator and config.auth differ in mode')
  const opened = options.store
    ? { store: options.store, closeStore: async () => {} }
    : await openSqlite({ config, clock, scheduler, log })
  return { clock, scheduler, log, revocations, authenticator, ...opened }
}

function createAuthenticator({ auth }: ServerConfig, clock: Clock, revocations: Revocations): Authenticator {
  return auth.mode === 'none' ? createNoneAuthenticator() : createJwtAuthenticator({ auth, clock, revocations })
}

async function openSqlite({
  config,
  clock,
  scheduler,
  log,
}: Pick<Parts, 'clock' | 'scheduler' | 'log'> & { readonly config: ServerConfig }) {
  const store = await createSqliteDocumentStore({
    dataDir: config.dataDir,
    clock,
    onUpkeepFailed: (reason) => log.error({ reason }, 'the upkeep of the database failed; it is tried again'),
    onCompactionAlarm: (alarm) => log.error(alarm, 'a document could not be compacted; its log is kept'),
  })
  const stopPruning = pruneRegularly({
    scheduler,
    prune: () => store.prune(),
    onFailed: (err) => log.error({ err }, 'pruning failed'),
  })
  const closeStore = async () => {
    stopPruning()
    await store.close()
  }
  return { store, closeStore }
}

async function assemble({ config, syncService }: ServerOptions, parts: Parts): Promise<FastifyInstance> {
  const { clock, scheduler, log, store, revocations, authenticator } = parts
  const { mode } = authenticator
  const { allowedOrigins, staticDir } = config
  const relay = createRelay({
    store,
    clock,
    scheduler,
    defer: setImmediate,
    elapsedMs: () => performance.now(),
    report: ({ tenant, document, error }) => log.error({ tenant, document, err: error }, 'a document needs a look'),
  })
  const originGuard = createOriginGuard({ mode, allowedOrigins, servesPages: staticDir !== undefined })
  const readiness = createReadiness({
    store,
    clock,
    scheduler,
    onProbeFailed: (err) => log.error({ err }, 'the store failed its probe'),
  })
  const recordCounters = createRecordCounters()
  const metrics = createMetrics(relay.counters, recordCounters)
  const json = new JsonConverter((err) => log.warn({ err }, 'a document could not be turned into JSON'))

  const app = createFramework(log)
  const connections = trackConnections(app.server)
  const sockets = attachSockets(app.server, {
    relay,
    authenticator,
    originGuard,
    revocations,
    clock,
    scheduler,
    hasRateLimits: config.rateLimits,
    onFault: (err) => log.error({ err }, 'a connection handler failed'),
  })
  recordRequests(app, metrics)
  await installSecurityHeaders(app, mode)
  await installRequestGuard(app, { originGuard, allowedOrigins })
  registerHealthRoutes(app, readiness)
  await registerApi(app, {
    relay,
    store,
    json,
    service: syncService ?? noRecords,
    counters: recordCounters,
    authenticator,
    revocations,
    readiness,
    metrics,
    clock,
    rateLimits: config.rateLimits,
  })
  if (staticDir !== undefined) await serveStaticPages(app, staticDir)

  let cancelCut = () => {}
  app.addHook('preClose', async () => {
    readiness.startDraining()
    cancelCut = scheduler.after(httpLimits.shutdownGraceMs, () => connections.destroyAll())
    await relay.drain('RESTARTING')
    sockets.close()
    connections.endIdle()
  })
  app.addHook('onClose', async () => {
    cancelCut()
    await json.close()
    await parts.closeStore()
  })
  return app
}
