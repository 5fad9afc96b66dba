import type { JsonObject, Schema } from '@rejoin/core'
import { recordKeyOf } from '../record-database/record-key.ts'
import { StoreError } from '../store/store-error.ts'
import type { ConfirmedRecords } from './confirmed-records.ts'
import { titleOf } from './operation-title.ts'
import type { OutboxDraft } from './outbox-draft.ts'
import type { QueuedOperation } from './outbox-entry.ts'

/** "Change product Beet", although the change itself says nothing of the name: the record on this device does. */
export async function titleWithName(
  schema: Schema,
  operation: QueuedOperation,
  { outbox, confirmed }: { readonly outbox: OutboxDraft; readonly confirmed: ConfirmedRecords },
): Promise<string> {
  const key = recordKeyOf(operation)
  const pending = outbox.knownOf(key).map((entry) => entry.operation.payload)
  return titleOf(schema, operation, Object.assign({}, await confirmedFields(confirmed, key), ...pending))
}

async function confirmedFields(confirmed: ConfirmedRecords, key: string): Promise<JsonObject | undefined> {
  try {
    return (await confirmed.get(key))?.fields
  } catch (error) {
    // A title is not worth more than the notice under it.
    if (error instanceof StoreError && error.code === 'corrupt') return undefined
    throw error
  }
}
