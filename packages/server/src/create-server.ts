import { deviceLimits, type Clock, type Scheduler } from '@rejoin/core'
import type { FastifyInstance } from 'fastify'
import type { Authenticator } from './auth/identity.ts'
import { createJwtAuthenticator } from './auth/jwt-authenticator.ts'
import { createNoneAuthenticator } from './auth/none-authenticator.ts'
import { createOriginGuard } from './auth/origin-guard.ts'
import { createRevocations, type Revocations } from './auth/revocations.ts'
import type { ServerConfig } from './config/server-config.ts'
import { createRecords, type RecordsOptions } from './create-records.ts'
import { createScenes } from './create-scenes.ts'
import { createDeviceService } from './devices/device-service.ts'
import type { DeviceStore } from './devices/device-store.ts'
import { describeApi } from './http/api-description.ts'
import { serveApiDocs } from './http/api-docs.ts'
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
import { createMemoryDeviceStore } from './memory/memory-device-store.ts'
import { pruneRegularly } from './prune-regularly.ts'
import type { RecordStore } from './records/record-store.ts'
import { createRelay, type SocketRelay } from './relay/create-relay.ts'
import type { DocumentStore } from './relay/document-store.ts'
import { attachSockets } from './socket/attach-sockets.ts'
import { createSqliteDocumentStore } from './sqlite/sqlite-document-store.ts'
import type { LoopDelay } from './socket/load-guard.ts'
import { systemClock, systemScheduler, watchLoopDelay } from './system-seams.ts'

export interface ServerOptions extends RecordsOptions {
  /** From `readConfig`; `host` and `port` are for the caller's `listen`. */
  readonly config: ServerConfig
  /** Instead of the SQLite store in `config.dataDir`. The caller opened it and closes it. */
  readonly store?: DocumentStore
  /** Beside `store`, where there is a `schema`. The caller opened it and closes it. */
  readonly recordStore?: RecordStore | undefined
  /** Beside `store`; without it, what devices tell is forgotten when the process ends. The caller opened it and closes it. */
  readonly deviceStore?: DeviceStore | undefined
  /** Instead of the one that `config.auth` names. Its mode must be the same. */
  readonly authenticator?: Authenticator
  readonly clock?: Clock
  readonly scheduler?: Scheduler
  /** Default: this thread's. */
  readonly loopDelay?: LoopDelay
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
  readonly recordStore: RecordStore | undefined
  readonly deviceStore: DeviceStore
  closeStore(): Promise<void>
  readonly revocations: Revocations
  readonly authenticator: Authenticator
}

async function openParts(options: ServerOptions): Promise<Parts> {
  const { config, clock = systemClock, scheduler = systemScheduler } = options
  const log = options.log ?? createLog(config.logLevel)
  if ((options.authenticator?.mode ?? config.auth.mode) !== config.auth.mode)
    throw new Error('the authenticator and config.auth differ in mode')
  const opened = options.store
    ? takeStore(options.store, options, { clock, scheduler, log })
    : await openSqlite({ config, clock, scheduler, log })
  const authenticator = options.authenticator ?? createAuthenticator(config, clock, opened.revocations)
  return { clock, scheduler, log, authenticator, ...opened }
}

function createAuthenticator({ auth }: ServerConfig, clock: Clock, revocations: Revocations): Authenticator {
  return auth.mode === 'none' ? createNoneAuthenticator() : createJwtAuthenticator({ auth, clock, revocations })
}

/** The caller's. What it gives no place for, of devices, is kept in memory and for as long as on a disk. */
function takeStore(
  store: DocumentStore,
  { recordStore, deviceStore }: ServerOptions,
  { clock, scheduler, log }: Pick<Parts, 'clock' | 'scheduler' | 'log'>,
): Omit<Parts, 'clock' | 'scheduler' | 'log' | 'authenticator'> {
  const given = { store, recordStore, revocations: createRevocations({ clock }) }
  if (deviceStore !== undefined) return { ...given, deviceStore, closeStore: async () => {} }
  const inMemory = createMemoryDeviceStore({ clock })
  const stopPruning = pruneRegularly({
    scheduler,
    prune: async () => void (await inMemory.prune(clock.now() - deviceLimits.keptMs)),
    onFailed: (err) => log.error({ err }, 'pruning failed'),
  })
  return { ...given, deviceStore: inMemory, closeStore: async () => stopPruning() }
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
  const stored = await store.revocations.load().catch(async (error: unknown) => {
    await store.close()
    throw error
  })
  const revocations = createRevocations({ clock, store: store.revocations, stored })
  const stopPruning = pruneRegularly({
    scheduler,
    prune: () => store.prune(),
    onFailed: (err) => log.error({ err }, 'pruning failed'),
  })
  const closeStore = async () => {
    stopPruning()
    await store.close()
  }
  return { store, recordStore: store.records, deviceStore: store.devices, closeStore, revocations }
}

async function assemble(options: ServerOptions, parts: Parts): Promise<FastifyInstance> {
  const { config } = options
  const { log, scheduler, authenticator } = parts
  const { allowedOrigins, staticDir, rateLimits } = config
  const services = openServices(options, parts)
  const { relay, readiness, records, devices, metrics } = services
  const originGuard = createOriginGuard({ mode: authenticator.mode, allowedOrigins, servesPages: staticDir !== undefined })

  const app = createFramework(log)
  const connections = trackConnections(app.server)
  const sockets = attachSockets(app.server, {
    ...parts,
    relay,
    originGuard,
    records,
    devices,
    loopDelay: options.loopDelay ?? watchLoopDelay(),
    hasRateLimits: rateLimits,
    onFault: (err) => log.error({ err }, 'a connection handler failed'),
  })
  recordRequests(app, metrics)
  await installSecurityHeaders(app, authenticator.mode)
  await installRequestGuard(app, { originGuard, allowedOrigins })
  await describeApi(app)
  registerHealthRoutes(app, readiness)
  serveApiDocs(app)
  const { service = noRecords, counters } = records
  await registerApi(app, { ...parts, ...services, service, counters, rateLimits })
  if (staticDir !== undefined) await serveStaticPages(app, staticDir)

  drainAtClose(app, {
    async drain() {
      readiness.startDraining()
      await relay.drain('RESTARTING')
      sockets.close()
      connections.endIdle()
    },
    cut: () => connections.destroyAll(),
    scheduler,
    async close() {
      await services.closeThreads()
      await parts.closeStore()
    },
  })
  return app
}

/** What the routes and sockets speak for. */
function openServices(options: ServerOptions, parts: Parts) {
  const { log } = parts
  const relay = openRelay(parts)
  const records = createRecords(options, { ...parts, store: parts.recordStore })
  const scenes = createScenes({ ...parts, relay })
  const json = new JsonConverter((err) => log.warn({ err }, 'a document could not be turned into JSON'))
  return {
    relay,
    records,
    scenes: scenes.processor,
    json,
    devices: createDeviceService({ store: parts.deviceStore, clock: parts.clock }),
    readiness: createReadiness({ ...parts, onProbeFailed: (err) => log.error({ err }, 'the store failed its probe') }),
    metrics: createMetrics({ relay: relay.counters, records: records.counters, scenes: scenes.processor.counters }),
    async closeThreads() {
      await json.close()
      await scenes.close()
    },
  }
}

function openRelay({ store, clock, scheduler, log }: Parts): SocketRelay {
  return createRelay({
    store,
    clock,
    scheduler,
    defer: setImmediate,
    elapsedMs: () => performance.now(),
    report: ({ tenant, document, error }) => log.error({ tenant, document, err: error }, 'a document needs a look'),
  })
}

interface ClosingParts {
  drain(): Promise<void>
  /** Ends connections that did not go by themselves. */
  cut(): void
  readonly scheduler: Scheduler
  close(): Promise<void>
}

function drainAtClose(app: FastifyInstance, parts: ClosingParts): void {
  let cancelCut = () => {}
  app.addHook('preClose', async () => {
    cancelCut = parts.scheduler.after(httpLimits.shutdownGraceMs, () => parts.cut())
    await parts.drain()
  })
  app.addHook('onClose', async () => {
    cancelCut()
    await parts.close()
  })
}
