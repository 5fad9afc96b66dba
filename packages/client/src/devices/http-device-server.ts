import {
  changeHintSchema,
  deviceCommandSchema,
  deviceListSchema,
  deviceMetricsSchema,
  deviceStatusSchema,
  syncLimits,
} from '@rejoin/core'
import { z } from 'zod'
import { followFrames, type ChangeFeedParts } from '../sync/change-feed.ts'
import { HttpRequests, type Asked, type HttpRequestsParts } from '../sync/http-requests.ts'
import type { TransportReply } from '../sync/sync-transport.ts'
import { syncUrls } from '../sync/sync-urls.ts'
import type { DeviceServer } from './device-server.ts'
import type { NamedDevice } from './devices.ts'
import { knownCommandsSchema } from './known-commands.ts'

export interface HttpDeviceServerParts extends HttpRequestsParts {
  readonly url: string
  readonly openWebSocket: ChangeFeedParts['openWebSocket']
}

const givenSchema = z.object({ command: deviceCommandSchema, isLive: z.boolean() })
const accepted = 202
const noContent = 204
/** Hints are for who syncs; here they only show that the line is alive. */
const commandsSchema = z.object({ commands: knownCommandsSchema })
const frameSchema = z.union([commandsSchema, changeHintSchema])

/** The device routes of a server, and its word on `/changes`. A token that is refused is renewed once. */
export function createHttpDeviceServer(parts: HttpDeviceServerParts): DeviceServer {
  const { devices, background, feed } = syncUrls(parts.url)
  const requests = new HttpRequests(parts)
  const ask = async <Body>(asked: Asked<Body>): Promise<TransportReply<Body>> => {
    const reply = await requests.ask(asked)
    if (reply.type !== 'refused' || reply.status !== 401 || parts.getToken === undefined) return reply
    return (await requests.renewToken()).type === 'renewed' ? requests.ask(asked) : reply
  }
  return {
    report: (body) => ask({ method: 'POST', url: `${devices}/report`, schema: commandsSchema, body }),
    forget: (deviceId) =>
      ask({ method: 'DELETE', url: `${devices}?${queryOf(deviceId)}`, schema: z.undefined(), successStatus: noContent }),
    list: () => ask({ method: 'GET', url: devices, schema: deviceListSchema }),
    status: (device) => ask({ method: 'GET', url: `${background}/status?${queryOf(device)}`, schema: deviceStatusSchema }),
    metrics: (device) => ask({ method: 'GET', url: `${background}/metrics?${queryOf(device)}`, schema: deviceMetricsSchema }),
    command: (device, order) => {
      const url = `${background}/${order.kind}?${queryOf(device)}`
      const answer = { url, schema: givenSchema, successStatus: accepted }
      return order.kind === 'settings'
        ? ask({ method: 'PUT', body: order.settings, ...answer })
        : ask({ method: 'POST', ...answer })
    },
    follow: (deviceId, { onWord, onClose }) =>
      followFrames(
        {
          url: `${feed}?${queryOf(deviceId)}`,
          openWebSocket: parts.openWebSocket,
          getToken: () => requests.takeToken(),
          scheduler: parts.scheduler,
          silenceMs: syncLimits.headAgeMsMax,
        },
        {
          schema: frameSchema,
          onFrame: (frame) => onWord('commands' in frame ? frame.commands : []),
          onClose,
        },
      ),
  }
}

function queryOf(device: NamedDevice): string {
  const { deviceId, user } = typeof device === 'string' ? { deviceId: device, user: null } : device
  return new URLSearchParams({ deviceId, ...(user !== null && { user }) }).toString()
}
