import type { Random } from '@rejoin/core'
import type { RecordDatabase } from '../record-database/record-database.ts'
import type { AttentionItem } from './attention.ts'
import { DeviceFacts } from './device-facts.ts'
import { parseAttention } from './parse-attention.ts'

/** The id of the last item that was ever raised here; 0: none. */
export function lastAttentionId(database: RecordDatabase, random: Random): Promise<number> {
  return database.transaction('read', async (tables) => (await DeviceFacts.read(tables, random)).lastAttentionId)
}

/** What was raised after an item, as far as it is still there. */
export function attentionSince(database: RecordDatabase, id: number): Promise<readonly AttentionItem[]> {
  return database.transaction('read', async ({ attention }) => {
    return (await attention.range({ from: id, isFromOpen: true })).map(parseAttention)
  })
}
