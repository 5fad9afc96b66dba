import {
  deviceCommandSchema,
  deviceIdSchema,
  deviceListSchema,
  deviceMetricsSchema,
  deviceReportReplySchema,
  deviceReportSchema,
  deviceStatusSchema,
  settingsChangeSchema,
} from '@rejoin/core'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { DeviceService } from '../devices/device-service.ts'
import { identityOf } from './authentication.ts'
import { writeJson } from './sync-routes.ts'

const tags = ['devices']
const userCharactersMax = 256

const deviceQuerySchema = z.strictObject({
  deviceId: deviceIdSchema,
  /** Whose it is, for administrators, where several users have one of this id. */
  user: z.string().min(1).max(userCharactersMax).optional(),
})
const noQuery = z.strictObject({})
const someSettingsSchema = settingsChangeSchema.refine((settings) => Object.keys(settings).length > 0, 'at least one setting')
/** Nothing, or an object with nothing in it. */
const noBody = z.strictObject({}).nullish()

const givenSchema = z.object({
  command: deviceCommandSchema,
  /** It was told at once; otherwise the device hears of it when it comes back. */
  isLive: z.boolean(),
})

const steering =
  'A device that is connected hears of it within a second, another one when it comes back. The last command of a kind wins.'

/** `/api/v1/sync/background/…` and `/api/v1/devices`: how background sync does on one's devices, and steering it from another one. */
export function registerDeviceRoutes(app: FastifyInstance, devices: DeviceService): void {
  registerReports(app, devices)
  registerReading(app, devices)
  registerSteering(app, devices)
}

function registerReports(app: FastifyInstance, devices: DeviceService): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  routes.post('/api/v1/devices/report', {
    schema: {
      tags,
      summary: 'A device tells of itself',
      description:
        'Only devices whose person agreed do. What it said before is replaced, runs are added, each once. Kept for 30 days. ' +
        'The answer has the commands that were not acknowledged.',
      querystring: noQuery,
      body: deviceReportSchema,
      response: { 200: deviceReportReplySchema },
    },
    serializerCompiler: writeJson,
    handler: (request) => devices.report(identityOf(request), request.body),
  })

  routes.delete('/api/v1/devices', {
    schema: {
      tags,
      summary: 'Forget what a device told',
      description: 'Of one’s own devices. A device that tells again is known again.',
      querystring: deviceQuerySchema.omit({ user: true }),
    },
    handler: async (request, reply) => {
      await devices.forget(identityOf(request), request.query.deviceId)
      return reply.code(204).send()
    },
  })
}

function registerReading(app: FastifyInstance, devices: DeviceService): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  routes.get('/api/v1/devices', {
    schema: {
      tags,
      summary: 'Devices of the calling user',
      description: 'Those that report, the one heard of last first; for administrators all of the tenant’s (1,000 at most).',
      querystring: noQuery,
      response: { 200: deviceListSchema },
    },
    serializerCompiler: writeJson,
    handler: async (request) => ({ devices: [...(await devices.list(identityOf(request)))] }),
  })

  routes.get('/api/v1/sync/background/status', {
    schema: {
      tags,
      summary: 'How background sync of a device stands',
      description: 'As the device last said. One that is unknown, or another user’s, answers as one that does not exist.',
      querystring: deviceQuerySchema,
      response: { 200: deviceStatusSchema },
    },
    serializerCompiler: writeJson,
    handler: (request) => devices.status(identityOf(request), request.query),
  })

  routes.get('/api/v1/sync/background/metrics', {
    schema: {
      tags,
      summary: 'What background sync of a device did and cost',
      description: 'The last 100 runs, their averages, and the largest saving available.',
      querystring: deviceQuerySchema,
      response: { 200: deviceMetricsSchema },
    },
    serializerCompiler: writeJson,
    handler: (request) => devices.metrics(identityOf(request), request.query),
  })
}

const commandRoutes = [
  ['start', 'Sync now on a device'],
  ['pause', 'No background sync on a device until it is resumed'],
  ['resume', 'Background sync on a device again'],
] as const

function registerSteering(app: FastifyInstance, devices: DeviceService): void {
  const routes = app.withTypeProvider<ZodTypeProvider>()

  for (const [kind, summary] of commandRoutes) {
    routes.post(`/api/v1/sync/background/${kind}`, {
      schema: {
        tags,
        summary,
        description: steering,
        querystring: deviceQuerySchema,
        body: noBody,
        response: { 202: givenSchema },
      },
      serializerCompiler: writeJson,
      handler: async (request, reply) =>
        reply.code(202).send(await devices.command(identityOf(request), request.query, { kind })),
    })
  }

  routes.put('/api/v1/sync/background/settings', {
    schema: {
      tags,
      summary: 'Settings of background sync on a device',
      description: `What is not named stays as it is. ${steering}`,
      querystring: deviceQuerySchema,
      body: someSettingsSchema,
      response: { 202: givenSchema },
    },
    serializerCompiler: writeJson,
    handler: async (request, reply) => {
      const order = { kind: 'settings', settings: request.body } as const
      return reply.code(202).send(await devices.command(identityOf(request), request.query, order))
    },
  })
}
