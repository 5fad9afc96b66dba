import { fromBriefAnswer, toBriefAnswer, type SyncResponse } from '@rejoin/core'
import type { TransportReply } from '@rejoin/client/simulation'

/** Told briefly, as over HTTP, and made whole again. */
export function overTheWire(operations: readonly unknown[], reply: TransportReply<SyncResponse>): TransportReply<SyncResponse> {
  if (reply.type !== 'answered') return reply
  const brief: SyncResponse = JSON.parse(JSON.stringify(toBriefAnswer(operations, reply.body)))
  const body = fromBriefAnswer(operations, brief)
  if (body === undefined) throw new Error('a brief answer cannot be read')
  return { ...reply, body }
}
