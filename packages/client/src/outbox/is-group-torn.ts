import { recordKeyOf } from '../record-database/record-key.ts'
import { coalesce } from './coalesce.ts'
import { draftEntry, type NewChange } from './enqueue.ts'
import type { LocalTransaction, OutboxContext } from './local-transaction.ts'
import type { OperationEntry } from './outbox-entry.ts'

/**
 * Whether the change would wait for something that waits for the group it wants to belong to: none of it could ever be sent. Its record and lanes
 * have to be loaded, and what is in the outbox of its group. Of another group that is in between it is not looked at what that waits for.
 */
export function isGroupTorn(local: LocalTransaction, context: OutboxContext, change: NewChange): boolean {
  const { groupId, entityType } = change
  if (groupId === undefined) return false
  const { outbox } = local
  const isOfGroup = ({ state, operation }: OperationEntry): boolean => operation.groupId === groupId && state !== 'sent'
  const first = outbox.all().find(isOfGroup)
  if (first === undefined) return false
  const draft = draftEntry(local, context, change)
  const earlier = outbox.ofRecord(recordKeyOf(change)).at(-1)
  // What is taken in by an earlier change waits for no more than that does.
  if (earlier !== undefined && coalesce(earlier, draft, context.schema.entities[entityType]).type !== 'queued') return false
  const seen = new Set<OperationEntry>([draft])
  for (const entry of seen) {
    for (const before of entry.lanes.flatMap((lane) => outbox.ofRecord(lane))) {
      // What was sent waits for its answer alone, and what is older than the group for nothing of it.
      if (before.entryId >= entry.entryId || before.entryId < first.entryId || before.state === 'sent') continue
      const isOwn = isOfGroup(before)
      if (isOwn ? entry !== draft : before.operation.groupId !== undefined) return true
      if (!isOwn) seen.add(before)
    }
  }
  return false
}
