import {
  briefAnswerType,
  changesResponseSchema,
  fromBriefAnswer,
  syncLimits,
  syncResponseSchema,
  type SyncResponse,
} from '@rejoin/core'
import { followChanges, type ChangeFeedParts } from './change-feed.ts'
import { HttpRequests, type HttpRequestsParts } from './http-requests.ts'
import type { PushBody, SyncTransport, TransportReply } from './sync-transport.ts'
import { syncUrls } from './sync-urls.ts'

export interface HttpTransportParts extends HttpRequestsParts {
  readonly url: string
  readonly openWebSocket: ChangeFeedParts['openWebSocket']
}

/** The way to a server over HTTP and one WebSocket. */
export function createHttpTransport(parts: HttpTransportParts): SyncTransport {
  const urls = syncUrls(parts.url)
  const requests = new HttpRequests(parts)
  return {
    traffic: () => requests.traffic.total,
    push: async (body) => {
      const asked = { method: 'POST', url: urls.push, schema: syncResponseSchema, body, accept: briefAnswerType } as const
      return inFull(body, await requests.ask(asked))
    },
    pull: ({ checkpoint, limit }) => {
      const query = new URLSearchParams({ limit: String(limit), ...(checkpoint !== undefined && { checkpoint }) })
      return requests.ask({ method: 'GET', url: `${urls.changes}?${query.toString()}`, schema: changesResponseSchema })
    },
    renewToken: () => requests.renewToken(),
    follow: (listener) =>
      followChanges(
        {
          url: urls.feed,
          openWebSocket: parts.openWebSocket,
          getToken: () => requests.takeToken(),
          scheduler: parts.scheduler,
          silenceMs: syncLimits.headAgeMsMax,
        },
        listener,
      ),
  }
}

/** What the server told briefly is made whole here, so that nobody else knows of it. */
function inFull({ operations }: PushBody, reply: TransportReply<SyncResponse>): TransportReply<SyncResponse> {
  if (reply.type !== 'answered') return reply
  const body = fromBriefAnswer(operations, reply.body)
  return body === undefined
    ? { type: 'unexpected', message: 'The answer speaks of records that were not sent.' }
    : { ...reply, body }
}
