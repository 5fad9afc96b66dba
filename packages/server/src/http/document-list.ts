import { documentNameSchema } from '@rejoin/core'
import { z } from 'zod'
import type { Identity } from '../auth/identity.ts'
import type { DocumentStore, DocumentSummary } from '../relay/document-store.ts'
import { httpLimits } from './http-limits.ts'

const { listLimitMax, listLimitDefault, listPagesMax } = httpLimits

/** A name, in letters that need no escaping in a URL. It only says where to go on: it grants nothing. */
const cursorSchema = z
  .string()
  .refine((cursor) => toCursor(fromCursor(cursor)) === cursor, 'not a cursor of this list')
  .transform(fromCursor)
  .pipe(documentNameSchema)

function toCursor(name: string): string {
  return Buffer.from(name, 'utf8').toString('base64url')
}

function fromCursor(cursor: string): string {
  return Buffer.from(cursor, 'base64url').toString('utf8')
}

export const listQuerySchema = z.strictObject({
  limit: z
    .string()
    .regex(/^\d{1,4}$/, 'a whole number')
    .transform(Number)
    .pipe(z.int().min(1).max(listLimitMax))
    .default(listLimitDefault),
  /** `next` of the answer before. */
  cursor: cursorSchema.optional(),
  includeDeleted: z
    .enum(['true', 'false'])
    .default('false')
    .transform((value) => value === 'true'),
})

export const listReplySchema = z.object({
  documents: z.array(
    z.object({
      name: z.string(),
      generation: z.string(),
      isDeleted: z.boolean(),
      storedBytes: z.number(),
      updateCount: z.number(),
      /** Milliseconds since the epoch. */
      createdAt: z.number(),
      updatedAt: z.number(),
    }),
  ),
  /** Where to go on; absent at the end. */
  next: z.string().optional(),
})

/** Only names the asker may read. An answer may hold fewer than `limit`, even none, and still have a `next`. */
export async function listReply(
  store: DocumentStore,
  identity: Identity,
  query: z.output<typeof listQuerySchema>,
): Promise<z.infer<typeof listReplySchema>> {
  const documents: DocumentSummary[] = []
  let after = query.cursor ?? ''
  for (let page = 0; page < listPagesMax; page += 1) {
    const wanted = query.limit - documents.length
    const rows = await store.tenant(identity.tenant).list({ after, limit: wanted, includeDeleted: query.includeDeleted })
    documents.push(...rows.filter(({ name }) => identity.documentAccess(name) !== 'none'))
    const last = rows.at(-1)
    if (last === undefined || rows.length < wanted) return { documents }
    after = last.name
    if (documents.length >= query.limit) break
  }
  return { documents, next: toCursor(after) }
}
