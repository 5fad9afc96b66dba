import { sceneSyncResultSchema } from '@rejoin/core'
import { readReply, type ResponseLike } from './read-reply.ts'
import type { ReplayReply } from './request-replayer.ts'

/**
 * What the sync server says to operations on a scene. As with records nothing is believed that is not the server's own; what it refuses as a
 * whole is judged by its status, as any request. Rejects where the body breaks off.
 */
export async function readSceneReply(response: ResponseLike, now: number): Promise<ReplayReply> {
  const reply = await readReply(response, sceneSyncResultSchema, { now, roundTripMs: 0, successStatus: 200, onBody: () => {} })
  switch (reply.type) {
    case 'answered':
      return { type: 'scene', result: reply.body }
    case 'refused':
      return { type: 'answered', status: reply.status, message: reply.message, retryAfterMs: reply.retryAfterMs }
    case 'unreachable':
    case 'unexpected':
      return reply
  }
}
