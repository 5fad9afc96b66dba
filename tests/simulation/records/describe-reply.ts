import type { SyncResponse } from '@rejoin/core'
import type { TransportReply } from '@rejoin/client/simulation'

/** One line for whoever looks at a world step by step. */
export function describeReply(reply: TransportReply<unknown>): string {
  if (reply.type !== 'answered') return `${reply.type} ${reply.type === 'refused' ? reply.status : reply.message}`
  const body = reply.body as Partial<SyncResponse>
  const results = body.results?.map(({ operationId, status, code }) => `${operationId.slice(-6)} ${status} ${code ?? ''}`) ?? []
  const rows =
    body.changes?.map(({ entityType, recordId, version, seq }) => `${entityType}/${recordId.slice(-8)} v${version} s${seq}`) ?? []
  return `[${results.join(', ')}] rows [${rows.join(', ')}] ${body.resyncRequired ?? body.checkpoint?.split('.').slice(0, 3).join('.')} ${body.hasMore === true ? 'more' : ''}`
}
