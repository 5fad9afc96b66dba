import { recordKeyOf } from '../record-database/record-key.ts'
import { outboxRowSchema } from '../record-database/record-rows.ts'
import { uuidV7 } from '../record-database/uuid-v7.ts'
import type { AttentionItem } from './attention.ts'
import { clockOffsetOf } from './clock-sample.ts'
import { enqueue } from './enqueue.ts'
import { reviveEntry } from './fail-attempt.ts'
import { referencesOf } from './lanes.ts'
import type { LocalTransaction, OutboxContext } from './local-transaction.ts'
import { areOldPlacesGone } from './moves-away.ts'
import type { OperationEntry, QueuedOperation } from './outbox-entry.ts'
import { entryOf } from './outbox-row.ts'
import { parkedFor } from './park-entries.ts'
import { planResend } from './plan-resend.ts'

/** Changes: the fields that a person corrected; `undefined` for a plain retry. */
interface Attempt {
  readonly item: AttentionItem
  readonly changes: Readonly<Record<string, unknown>> | undefined
}

/** A person tries again: an entry that is still in the outbox goes back to its lane, what had its verdict becomes a new operation. */
export async function resendItem(local: LocalTransaction, context: OutboxContext, { item, changes }: Attempt): Promise<void> {
  if (item.kind === 'unreadable') return readAgain(local, item)
  const entry = await entryAbout(local, item)
  if (entry !== undefined && changes === undefined) local.outbox.put(reviveEntry(entry))
  else if (item.operation !== undefined) await sendAnew(local, context, { item, changes, entry, operation: item.operation })
  if (entry?.operation.groupId !== undefined) await reviveGroup(local, entry.operation.groupId)
  local.attention.delete(item.id)
}

/** A group is taken all or none: nobody can try one of it again without the others. */
async function reviveGroup(local: LocalTransaction, groupId: string): Promise<void> {
  const held = (await groupOf(local, groupId)).filter(({ state }) => state === 'failed' || state === 'parked')
  for (const entry of held) local.outbox.put(reviveEntry(entry))
  for (const { id } of await local.attention.aboutEntries(held.map(({ entryId }) => entryId))) local.attention.delete(id)
}

/** What of a group is in the outbox. */
export function groupOf({ outbox }: LocalTransaction, groupId: string): Promise<readonly OperationEntry[]> {
  return outbox.read({ index: 'operation.groupId', from: groupId, to: groupId })
}

/** The entry that an item is about, where it is in the outbox. */
export async function entryAbout({ outbox }: LocalTransaction, item: AttentionItem): Promise<OperationEntry | undefined> {
  if (item.entryId === undefined) return undefined
  const [entry] = await outbox.read({ from: item.entryId, to: item.entryId })
  return entry?.operation.operationId === item.operation?.operationId ? entry : undefined
}

async function sendAnew(
  local: LocalTransaction,
  context: OutboxContext,
  {
    item,
    changes,
    entry,
    operation,
  }: Attempt & { readonly entry: OperationEntry | undefined; readonly operation: QueuedOperation },
): Promise<void> {
  const { outbox, confirmed } = local
  const key = recordKeyOf(operation)
  const resend = planResend(context.schema, { operation, lostFields: item.lostFields }, await confirmed.get(key), changes)
  if (entry !== undefined) outbox.remove(entry.entryId)
  if (resend === undefined) return
  await outbox.loadWithLanes([key, ...referencesOf(context.schema.entities[operation.entityType], resend.payload)])
  await enqueue(local, context, {
    ...resend,
    operationId: uuidV7(context.clock.now(), context.random),
    entityType: operation.entityType,
    recordId: operation.recordId,
    priority: operation.priority,
    retryOf: operation.operationId,
    ...(entry?.operation.groupId !== undefined && { groupId: entry.operation.groupId }),
    entryId: await freePlace(local, item),
    at: context.clock.now() + (await clockOffsetOf(local.tables)),
  })
  await releaseDependents(local, key)
}

/** Its old place, so that what needs it comes after it. */
async function freePlace(
  { outbox, tables }: LocalTransaction,
  { entryId }: Pick<AttentionItem, 'entryId'>,
): Promise<number | undefined> {
  if (entryId === undefined || (await areOldPlacesGone(tables))) return undefined
  await outbox.read({ from: entryId, to: entryId })
  return outbox.get(entryId) === undefined ? entryId : undefined
}

async function releaseDependents(local: LocalTransaction, key: string): Promise<void> {
  const released = await parkedFor(local, key)
  for (const entry of released) local.outbox.put(reviveEntry(entry))
  for (const { id } of await local.attention.aboutEntries(released.map(({ entryId }) => entryId))) local.attention.delete(id)
}

/** Another version of the app may read what an earlier one could not. */
async function readAgain(local: LocalTransaction, { id, raw }: AttentionItem): Promise<void> {
  const { outbox, attention, device } = local
  const parsed = outboxRowSchema.safeParse(raw)
  if (!parsed.success) throw new Error('this change still cannot be read; export it, then discard it')
  const entry = entryOf(parsed.data)
  const [own = ''] = entry.lanes
  await outbox.loadWithLanes([own])
  const { deviceId } = device
  // Where the device got another id meanwhile, this was not there to be numbered anew.
  const isOurs = entry.operation.deviceId === deviceId
  const numbers = isOurs ? {} : { deviceId, deviceSeq: device.nextDeviceSeq() }
  const entryId = (await freePlace(local, entry)) ?? device.nextEntryId()
  outbox.put({ ...entry, entryId, operation: { ...entry.operation, ...numbers } })
  attention.delete(id)
}
