import type { SyncResponse } from '@rejoin/core'
import type { PushBody, TransportReply } from '@rejoin/client/simulation'

/** Ids by their ends, which differ most. */
export function describeRequest({ ackedThrough, operations }: PushBody): string {
  const told = operations.map((operation) => {
    const { operationId, operationType, entityType, recordId, deviceSeq, baseVersion, groupId = '', retryOf } = operation
    const retry = retryOf === undefined ? '' : `retry of ${retryOf.slice(-6)}`
    return `${operationId.slice(-6)} ${operationType} ${entityType}/${recordId.slice(-8)} n${deviceSeq} b${baseVersion} ${groupId} ${retry}`
  })
  return `acked ${ackedThrough} [${told.join(', ')}]`
}

/** One line for whoever looks at a world step by step. */
export function describeReply(reply: TransportReply<unknown>): string {
  if (reply.type !== 'answered') return `${reply.type} ${reply.type === 'refused' ? reply.status : reply.message}`
  const body = reply.body as Partial<SyncResponse>
  const results = body.results?.map(({ operationId, status, code }) => `${operationId.slice(-6)} ${status} ${code ?? ''}`) ?? []
  const rows =
    body.changes?.map(({ entityType, recordId, version, seq }) => `${entityType}/${recordId.slice(-8)} v${version} s${seq}`) ?? []
  return `[${results.join(', ')}] rows [${rows.join(', ')}] ${body.resyncRequired ?? body.checkpoint?.split('.').slice(0, 3).join('.')} ${body.hasMore === true ? 'more' : ''}`
}
