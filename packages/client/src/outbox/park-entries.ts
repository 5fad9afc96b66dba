import { recordKeyOf } from '../record-database/record-key.ts'
import type { LocalTransaction, OutboxContext } from './local-transaction.ts'
import { titleOf } from './operation-title.ts'
import type { OperationEntry, QueuedOperation } from './outbox-entry.ts'

/** Why dependents of this record are parked: `needs product/p1`. */
function needs(recordKey: string): string {
  return `needs ${recordKey}`
}

/**
 * The record of this create will not come to be: what waits for it is parked, with the cause. Nothing of it is lost; once the create is
 * tried again, it goes back to its lane.
 */
export async function parkDependents(
  { outbox, attention }: LocalTransaction,
  { schema }: OutboxContext,
  { lost, now }: { readonly lost: QueuedOperation; readonly now: number },
): Promise<void> {
  const key = recordKeyOf(lost)
  const cause = `It needs "${titleOf(schema, lost)}", which did not take place.`
  for (const entry of await outbox.dependentsOf(key)) {
    if (entry.state !== 'ready' || entry.operation.operationId === lost.operationId) continue
    outbox.put({ ...entry, state: 'parked', parkedFor: needs(key), lastError: cause })
    attention.raise({
      kind: 'blocked',
      entityType: entry.operation.entityType,
      recordId: entry.operation.recordId,
      title: titleOf(schema, entry.operation),
      operation: entry.operation,
      entryId: entry.entryId,
      code: 'DEPENDENCY_FAILED',
      message: cause,
      lostFields: [],
      serverState: undefined,
      at: now,
    })
  }
}

/** Those that were parked for the want of this record. */
export async function parkedFor({ outbox }: LocalTransaction, recordKey: string): Promise<readonly OperationEntry[]> {
  const parked = await outbox.read({ index: '[lot+order]', from: ['parked', 0], to: ['parked', 0] })
  return parked.filter(({ parkedFor }) => parkedFor === needs(recordKey))
}
