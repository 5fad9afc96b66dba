import accepts from '@fastify/accepts'
import rateLimit from '@fastify/rate-limit'
import { sceneLimits, syncLimits, type Clock } from '@rejoin/core'
import type { FastifyInstance } from 'fastify'
import type { Authenticator } from '../auth/identity.ts'
import type { Revocations } from '../auth/revocations.ts'
import type { DeviceService } from '../devices/device-service.ts'
import type { SceneSyncProcessor } from '../scenes/scene-sync-processor.ts'
import { registerAdminRoutes } from './admin.ts'
import { refuseOtherMethods } from './allowed-methods.ts'
import { requireIdentity } from './authentication.ts'
import { acceptOnlyJson } from './content-type.ts'
import { registerDeviceRoutes } from './device-routes.ts'
import { registerDocumentRoutes, type DocumentRoutesOptions } from './documents.ts'
import { replyError } from './error-reply.ts'
import { httpLimits } from './http-limits.ts'
import { registerMetricsRoute, type Metrics } from './metrics.ts'
import { registerConnectivityRoute } from './connectivity-route.ts'
import { compressReplies } from './compress-replies.ts'
import type { Readiness } from './readiness.ts'
import { acceptOperationBodies } from './record-body.ts'
import { registerRecordRoutes } from './record-routes.ts'
import { registerSceneRoutes } from './scene-routes.ts'
import { registerSyncRoutes, type RecordRoutesOptions } from './sync-routes.ts'
import { limitUserRequests, UserRates } from './user-rates.ts'

export interface ApiOptions extends DocumentRoutesOptions, Omit<RecordRoutesOptions, 'rates'> {
  readonly authenticator: Authenticator
  readonly revocations: Revocations
  readonly devices: DeviceService
  readonly scenes: Pick<SceneSyncProcessor, 'processWithRetry'>
  readonly readiness: Readiness
  readonly metrics: Metrics
  readonly clock: Clock
  /** `false` lifts the rates, never a size. */
  readonly rateLimits: boolean
}

/** Everything under `/api`, and the metrics. */
export async function registerApi(app: FastifyInstance, options: ApiOptions): Promise<void> {
  await app.register(async (api) => {
    refuseWhileDraining(api, options.readiness)
    if (options.rateLimits) await limitRate(api)
    await api.register(accepts)
    api.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    registerConnectivityRoute(api, options.clock)
    await api.register(async (documents) => registerDocumentApi(documents, options))
    const rates = options.rateLimits ? new UserRates(options.clock) : undefined
    await api.register(async (records) => registerRecordApi(records, options, rates))
    await api.register(async (scenes) => registerSceneApi(scenes, options, rates))
    await api.register(async (devices) => registerDeviceApi(devices, options, rates))
    refuseOtherMethods(api, {
      '/api/sync': ['POST'],
      '/api/sync/changes': ['GET', 'HEAD'],
      '/api/v1/sync/connectivity-test': ['GET', 'HEAD'],
      '/api/v1/records/:entity': ['GET', 'HEAD'],
      '/api/v1/records/:entity/:id': ['GET', 'HEAD'],
      // `batch` may be the id of a record, too.
      '/api/v1/records/:entity/batch': ['GET', 'HEAD', 'POST'],
      '/api/v1/scenes/:name': ['GET', 'HEAD'],
      '/api/v1/scenes/:name/operations': ['POST'],
      '/api/v1/devices': ['GET', 'HEAD', 'DELETE'],
      '/api/v1/devices/report': ['POST'],
      '/api/v1/sync/background/status': ['GET', 'HEAD'],
      '/api/v1/sync/background/metrics': ['GET', 'HEAD'],
      '/api/v1/sync/background/start': ['POST'],
      '/api/v1/sync/background/pause': ['POST'],
      '/api/v1/sync/background/resume': ['POST'],
      '/api/v1/sync/background/settings': ['PUT'],
      '/api/v1/documents': ['GET', 'HEAD', 'POST'],
      '/api/v1/documents/:name': ['GET', 'HEAD', 'DELETE'],
      '/api/v1/documents/:name/restore': ['POST'],
      '/metrics': ['GET', 'HEAD'],
      ...(options.authenticator.mode === 'jwt' && { '/api/v1/admin/revocations': ['POST'] }),
    })
  })
}

function registerDocumentApi(api: FastifyInstance, options: ApiOptions): void {
  acceptOnlyJson(api)
  requireIdentity(api, options.authenticator)
  registerDocumentRoutes(api, options)
  registerMetricsRoute(api, options.metrics)
  // Without tokens there is nothing to revoke.
  if (options.authenticator.mode === 'jwt') registerAdminRoutes(api, options.revocations)
}

/** Bodies of operations may be packed, their requests count in the user's rates, and their answers are packed. */
function prepareForOperations(
  api: FastifyInstance,
  { authenticator }: ApiOptions,
  { rates, bytesMax }: { readonly rates: UserRates | undefined; readonly bytesMax: number },
): void {
  acceptOperationBodies(api, bytesMax)
  requireIdentity(api, authenticator)
  if (rates !== undefined) limitUserRequests(api, rates, 'requests')
  compressReplies(api)
}

function registerRecordApi(api: FastifyInstance, options: ApiOptions, rates: UserRates | undefined): void {
  prepareForOperations(api, options, { rates, bytesMax: syncLimits.requestBytesMax })
  registerSyncRoutes(api, { ...options, rates })
  registerRecordRoutes(api, { ...options, rates })
}

function registerSceneApi(api: FastifyInstance, options: ApiOptions, rates: UserRates | undefined): void {
  prepareForOperations(api, options, { rates, bytesMax: sceneLimits.requestBytesMax })
  registerSceneRoutes(api, { ...options, rates })
}

function registerDeviceApi(api: FastifyInstance, options: ApiOptions, rates: UserRates | undefined): void {
  acceptOnlyJson(api)
  requireIdentity(api, options.authenticator)
  if (rates !== undefined) limitUserRequests(api, rates, 'deviceRequests')
  compressReplies(api)
  registerDeviceRoutes(api, options.devices)
}

function refuseWhileDraining(api: FastifyInstance, readiness: Readiness): void {
  api.addHook('onRequest', async (_request, reply) => {
    if (!readiness.isDraining) return undefined
    return replyError(reply.header('connection', 'close').header('retry-after', '1'), 'RESTARTING', 'the server is shutting down')
  })
}

async function limitRate(api: FastifyInstance): Promise<void> {
  await api.register(rateLimit, {
    max: httpLimits.requestsPerMinuteMax,
    timeWindow: 60_000,
    // The address of the socket: forwarded headers are anybody's word.
    keyGenerator: (request) => request.socket.remoteAddress ?? 'unknown',
  })
}
