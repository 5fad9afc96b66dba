import type { ResultCode } from '@rejoin/core'
import { requestRowSchema } from '../record-database/record-rows.ts'
import { uuidV7 } from '../record-database/uuid-v7.ts'
import type { AttentionItem } from './attention.ts'
import { reviveEntry } from './fail-attempt.ts'
import type { LocalTransaction, OutboxContext } from './local-transaction.ts'
import { areOldPlacesGone } from './moves-away.ts'
import { bodyIdIn } from './named-body.ts'
import type { CapturedRequest, RequestEntry } from './outbox-entry.ts'
import { newEntry } from './request-queue.ts'
import { deleteBody, parseRequests, requestEntryOf, requestRowOf } from './request-rows.ts'

interface AboutRequest {
  readonly entry: RequestEntry
  /** Default yes: sent again, it takes the entry's place. */
  readonly hasPlace?: boolean
  readonly now: number
  readonly kind: 'rejected' | 'conflict' | 'failed'
  readonly code: ResultCode
  readonly message: string
}

/** Tells of a request of the app. It belongs to no record. */
export function raiseAboutRequest({ attention }: LocalTransaction, { entry, hasPlace = true, now, ...told }: AboutRequest): void {
  const { request, entryId } = entry
  attention.raise({
    ...told,
    entityType: '',
    recordId: '',
    title: request.title,
    operation: undefined,
    request,
    entryId: hasPlace ? entryId : undefined,
    lostFields: [],
    serverState: undefined,
    at: now,
  })
}

/** A person tries again: what waits goes back to its lane; what had its verdict is a new request, because a server knows the old one by its id. */
export async function resendRequest(
  local: LocalTransaction,
  context: OutboxContext,
  { item, request }: { readonly item: AttentionItem; readonly request: CapturedRequest },
): Promise<void> {
  const { tables, device, attention } = local
  const entry = await entryOf(local, request)
  if (entry !== undefined) await tables.requests.put(requestRowOf(reviveEntry(entry)))
  else {
    const { tenantId: _ofBefore, idempotencyKey: _refused, requestId: retryOf, ...kept } = request
    const requestId = uuidV7(context.clock.now(), context.random)
    const entryId = (await freePlace(local, item)) ?? device.nextEntryId()
    const again = newEntry(local, { entryId, request: { ...kept, requestId, retryOf }, createdAt: context.clock.now() })
    await tables.requests.put(requestRowOf(again))
  }
  attention.delete(item.id)
}

/** Gives a request up, and its body with it. */
export async function discardRequest(
  local: LocalTransaction,
  { item, request }: { readonly item: AttentionItem; readonly request: CapturedRequest },
): Promise<void> {
  const entry = await entryOf(local, request)
  if (entry !== undefined) await local.tables.requests.bulkDelete([entry.entryId])
  await deleteBody(local.tables, request)
  local.attention.delete(item.id)
}

/** Failed ones get one new round, and nobody is told of them any more. */
export async function reviveRequests({ tables, attention }: LocalTransaction): Promise<void> {
  const failed = parseRequests(await tables.requests.range({ index: 'state', from: 'failed', to: 'failed' }))
  for (const entry of failed) await tables.requests.put(requestRowOf(reviveEntry(entry)))
  for (const { id } of await attention.aboutEntries(failed.map(({ entryId }) => entryId))) attention.delete(id)
}

/** Whether what was set aside as damaged is a request, readable by now; then it waits again, in its place. */
export async function readRequestAgain(local: LocalTransaction, { id, raw }: AttentionItem): Promise<boolean> {
  const { tables, attention, device } = local
  const parsed = requestRowSchema.safeParse(raw)
  const entry = parsed.success ? requestEntryOf(parsed.data) : undefined
  if (entry === undefined) return false
  const entryId = (await freePlace(local, entry)) ?? device.nextEntryId()
  await tables.requests.put(requestRowOf({ ...entry, entryId }))
  attention.delete(id)
  return true
}

/** The body of what was set aside as damaged, as far as that says which; unless it is the notice that is damaged, and the request still waits. */
export async function discardBodyOf({ tables }: LocalTransaction, raw: unknown): Promise<void> {
  const bodyId = bodyIdIn(raw)
  if (bodyId === undefined) return
  const waiting = parseRequests(await tables.requests.range({}))
  if (!waiting.some(({ request }) => request.body?.bodyId === bodyId)) await tables.requestBodies.bulkDelete([bodyId])
}

async function entryOf({ tables }: LocalTransaction, { requestId }: CapturedRequest): Promise<RequestEntry | undefined> {
  const found = await tables.requests.range({ index: 'request.requestId', from: requestId, to: requestId })
  return parseRequests(found)[0]
}

/** Its old place, where nothing has taken it: of the count that operations are of, too. */
async function freePlace({ tables }: LocalTransaction, { entryId }: Pick<AttentionItem, 'entryId'>): Promise<number | undefined> {
  if (entryId === undefined || (await areOldPlacesGone(tables))) return undefined
  const isTaken = (await tables.requests.get(entryId)) !== undefined || (await tables.outbox.get(entryId)) !== undefined
  return isTaken ? undefined : entryId
}
