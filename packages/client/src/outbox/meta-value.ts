import { z } from 'zod'
import type { RecordTables } from '../record-database/record-database.ts'
import { StoreError } from '../store/store-error.ts'

const metaRowSchema = z.strictObject({ key: z.string(), value: z.unknown() })

/** A fact that is kept under one key; `undefined` where it was never written. Throws `corrupt` where it is not what this code wrote. */
export async function readMeta<T>(tables: Pick<RecordTables, 'meta'>, key: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const row = await tables.meta.get(key)
  if (row === undefined) return undefined
  const value = schema.safeParse(metaRowSchema.safeParse(row).data?.value)
  if (!value.success) throw new StoreError('corrupt', `"${key}" is damaged in the local database`, { cause: value.error })
  return value.data
}

export async function writeMeta(tables: Pick<RecordTables, 'meta'>, key: string, value: unknown): Promise<void> {
  await tables.meta.put({ key, value })
}
