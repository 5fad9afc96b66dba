import { z } from 'zod'
import type { RecordTables } from '../record-database/record-database.ts'
import { requestBodyRowSchema } from '../record-database/record-rows.ts'

const namingSchema = z.object({ request: z.object({ body: z.object({ bodyId: z.string() }) }) })

/** Which body a stored request names, or what is said of one, as far as it can be read. */
export function bodyIdIn(stored: unknown): string | undefined {
  return namingSchema.safeParse(stored).data?.request.body.bodyId
}

/** Its bytes as they are there, whole or not. */
export async function readNamedBody(
  { requestBodies }: Pick<RecordTables, 'requestBodies'>,
  stored: unknown,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const bodyId = bodyIdIn(stored)
  return bodyId === undefined ? undefined : requestBodyRowSchema.safeParse(await requestBodies.get(bodyId)).data?.bytes
}
