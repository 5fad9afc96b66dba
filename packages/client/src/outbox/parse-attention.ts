import type { RecordRow, ResultCode } from '@rejoin/core'
import { z } from 'zod'
import { StoreError } from '../store/store-error.ts'
import type { AttentionItem } from './attention.ts'
import { outboxEntrySchema } from './outbox-entry.ts'

const attentionRowSchema = z.strictObject({
  id: z.int().positive(),
  kind: z.enum(['rejected', 'conflict', 'overruled', 'failed', 'blocked', 'unreadable']),
  entityType: z.string(),
  recordId: z.string(),
  recordKey: z.string(),
  title: z.string(),
  operation: outboxEntrySchema.shape.operation.optional(),
  entryId: z.int().positive().optional(),
  /** A code of a newer version is shown as it is. */
  code: z.custom<ResultCode>((value) => typeof value === 'string').optional(),
  message: z.string(),
  lostFields: z.array(z.string()),
  serverState: z.custom<RecordRow>((value) => typeof value === 'object' && value !== null).optional(),
  raw: z.unknown().optional(),
  at: z.number(),
  isDismissed: z.boolean(),
})

/** A stored item, checked. One that is damaged rejects: an item that waits for a person is never left out. */
export function parseAttention(stored: unknown): AttentionItem {
  const parsed = attentionRowSchema.safeParse(stored)
  if (!parsed.success)
    throw new StoreError('corrupt', 'the attention list is damaged in the local database', { cause: parsed.error })
  const { recordKey: _index, operation, entryId, code, serverState, ...item } = parsed.data
  return { ...item, operation, entryId, code, serverState }
}
