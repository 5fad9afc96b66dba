import type { Outbox } from '../outbox/attention.ts'
import type { OperationEntry, OutboxEntry } from '../outbox/outbox-entry.ts'

/** What waits of operations, without the requests of the app. */
export async function waitingOperations(outbox: Outbox): Promise<readonly OperationEntry[]> {
  return (await outbox.list()).filter(isOperationEntry)
}

export function isOperationEntry(entry: OutboxEntry): entry is OperationEntry {
  return entry.kind === 'operation'
}
