import type { RequestToReplay } from '../sync/request-replayer.ts'
import { explainCode } from './explain-code.ts'
import type { LocalTransaction, OutboxContext } from './local-transaction.ts'
import type { CapturedRequest, RequestEntry } from './outbox-entry.ts'
import { raiseAboutRequest } from './request-attention.ts'
import { readBody, readLaneHead, requestRowOf } from './request-rows.ts'
import { retryHorizonMs } from './take-batch.ts'

export interface TakeRequestOptions {
  readonly lane: string
  readonly now: number
  readonly tenantId: string
  /** What it says no to waits for a time at which it may be sent. */
  readonly mayReplay: (request: CapturedRequest) => boolean
}

/** The first of a lane, marked as sent; `undefined` where it may not be sent now. What never can be is set aside on the way. */
export async function takeRequest(
  local: LocalTransaction,
  context: OutboxContext,
  options: TakeRequestOptions,
): Promise<RequestToReplay | undefined> {
  const { tables } = local
  for (;;) {
    const head = await readLaneHead(tables, options.lane)
    if (head === undefined) return undefined
    const taken =
      head.entry === undefined ? undefined : await takeEntry(local, context, { ...options, row: head.row, entry: head.entry })
    if (taken === 'waits') return undefined
    if (typeof taken === 'object') return taken
    if (head.entry === undefined) await setDamagedAside(local, context, head.row)
  }
}

/** A stored request that cannot be read is kept as it was found. */
export async function setDamagedAside(
  { tables, attention }: LocalTransaction,
  { clock }: OutboxContext,
  row: unknown,
): Promise<void> {
  attention.raiseUnreadable(row, clock.now())
  const entryId: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, 'entryId') : undefined
  if (typeof entryId === 'number') await tables.requests.bulkDelete([entryId])
}

async function takeEntry(
  local: LocalTransaction,
  context: OutboxContext,
  { row, entry, now, tenantId, mayReplay }: TakeRequestOptions & { readonly row: unknown; readonly entry: RequestEntry },
): Promise<RequestToReplay | 'waits' | 'setAside'> {
  const { tables } = local
  const { nextRetryAt = now, state } = entry
  const isPlanned = nextRetryAt > now && nextRetryAt <= now + retryHorizonMs(context)
  if (state === 'failed' || state === 'parked' || isPlanned) return 'waits'
  const { entryId, request } = entry
  if ((request.tenantId ?? tenantId) !== tenantId) {
    const code = 'TENANT_MISMATCH'
    raiseAboutRequest(local, { entry, now, kind: 'rejected', code, message: explainCode(code) })
    await tables.requests.bulkDelete([entryId])
    return 'setAside'
  }
  if (!mayReplay(request)) return 'waits'
  const body = await readBody(tables, request)
  if (body === 'missing') {
    await setDamagedAside(local, context, row)
    return 'setAside'
  }
  const { nextRetryAt: _time, ...kept } = entry
  const sent: RequestEntry = { ...kept, request: { ...request, tenantId }, state: 'sent', firstSentAt: entry.firstSentAt ?? now }
  await tables.requests.put(requestRowOf(sent))
  const { requestId, idempotencyKey = requestId, method, url, headers, credentials, isAuthorized, scene } = request
  const isScene = scene !== undefined
  return { requestId, idempotencyKey, method, url, headers, credentials, isAuthorized, ...(isScene && { isScene }), body }
}
