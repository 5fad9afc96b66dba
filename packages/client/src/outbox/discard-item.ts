import { recordKeyOf } from '../record-database/record-key.ts'
import type { AttentionItem } from './attention.ts'
import type { LocalTransaction, OutboxContext } from './local-transaction.ts'
import { titleOf } from './operation-title.ts'
import type { OperationEntry } from './outbox-entry.ts'
import { parkedFor } from './park-entries.ts'
import { entryAbout, groupOf } from './resend-item.ts'

/** Gives a change up, and with a create all that needs it. Resolves with what went along. */
export async function discardItem(
  local: LocalTransaction,
  context: OutboxContext,
  item: AttentionItem,
): Promise<readonly AttentionItem[]> {
  local.attention.delete(item.id)
  const entry = await entryAbout(local, item)
  if (entry !== undefined) local.outbox.remove(entry.entryId)
  const { operation } = item
  const gone = entry?.operation.groupId === undefined ? [] : await discardGroup(local, context, entry.operation.groupId)
  for (const given of [operation, ...gone.map((other) => other.operation)]) {
    if (given?.operationType === 'create' && (await isMissing(local, recordKeyOf(given))))
      gone.push(...(await discardDependents(local, context, recordKeyOf(given))))
  }
  return gone
}

/** A group is taken all or none: without one of it the others have no meaning. */
async function discardGroup(local: LocalTransaction, context: OutboxContext, groupId: string): Promise<AttentionItem[]> {
  const gone: AttentionItem[] = []
  for (const entry of await groupOf(local, groupId)) {
    local.outbox.remove(entry.entryId)
    gone.push(await itemOf(local, context, entry))
  }
  return gone
}

/** Neither on the server nor on the way there by another operation. */
async function isMissing({ outbox, confirmed }: LocalTransaction, key: string): Promise<boolean> {
  await outbox.load([key])
  const isComing = outbox.ofRecord(key).some(({ operation, state }) => operation.operationType === 'create' && state !== 'parked')
  return !isComing && ((await confirmed.get(key))?.isDeleted ?? true)
}

async function discardDependents(local: LocalTransaction, context: OutboxContext, root: string): Promise<AttentionItem[]> {
  const gone: AttentionItem[] = []
  const roots = [root]
  for (let key = roots.pop(); key !== undefined; key = roots.pop()) {
    for (const entry of [...(await local.outbox.waitersOf(key)), ...(await parkedFor(local, key))]) {
      if (local.outbox.get(entry.entryId) === undefined) continue
      local.outbox.remove(entry.entryId)
      gone.push(await itemOf(local, context, entry))
      if (entry.operation.operationType === 'create') roots.push(recordKeyOf(entry.operation))
    }
  }
  return gone
}

/** The item that stood for it, taken from the list; or one made for the answer, where nobody had been told. */
async function itemOf(
  { attention }: LocalTransaction,
  { schema, clock }: OutboxContext,
  entry: OperationEntry,
): Promise<AttentionItem> {
  const [known] = await attention.aboutEntries([entry.entryId])
  if (known !== undefined) {
    attention.delete(known.id)
    return known
  }
  const { operation, entryId } = entry
  return {
    id: 0,
    kind: 'blocked',
    entityType: operation.entityType,
    recordId: operation.recordId,
    title: titleOf(schema, operation),
    operation,
    entryId,
    code: 'DEPENDENCY_FAILED',
    message: 'What it needs was given up.',
    lostFields: [],
    serverState: undefined,
    at: clock.now(),
    isDismissed: false,
  }
}
