import type { RecordRow, ResultCode } from '@rejoin/core'
import { z } from 'zod'
import type { AttentionItem } from './attention.ts'
import { capturedRequestSchema, operationEntrySchema } from './outbox-entry.ts'

const attentionRowSchema = z.strictObject({
  id: z.int().positive(),
  kind: z.enum(['rejected', 'conflict', 'overruled', 'failed', 'blocked', 'unreadable']),
  entityType: z.string(),
  recordId: z.string(),
  recordKey: z.string(),
  title: z.string(),
  operation: operationEntrySchema.shape.operation.optional(),
  request: capturedRequestSchema.optional(),
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

const keySchema = z.object({ id: z.int() })

/** A stored item. One that is damaged is shown as that, with what was found: an item that waits for a person is never left out, nor hides others. */
export function parseAttention(stored: unknown): AttentionItem {
  const parsed = attentionRowSchema.safeParse(stored)
  if (!parsed.success) return damagedItem(stored)
  const { recordKey: _index, operation, entryId, code, serverState, ...item } = parsed.data
  return { ...item, operation, entryId, code, serverState }
}

function damagedItem(raw: unknown): AttentionItem {
  return {
    // The table's own key: no row is without it.
    id: keySchema.parse(raw).id,
    kind: 'unreadable',
    entityType: '',
    recordId: '',
    title: 'A notice that cannot be read',
    operation: undefined,
    entryId: undefined,
    code: undefined,
    message: 'A notice on this device is damaged. It is kept as it was found; export it to look at it, or discard it.',
    lostFields: [],
    serverState: undefined,
    raw,
    at: 0,
    isDismissed: false,
  }
}
