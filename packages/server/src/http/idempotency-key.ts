import { z } from 'zod'
import { RequestRefusal } from './error-reply.ts'

const identifiedSchema = z.object({ operationId: z.string() })

/**
 * `Idempotency-Key` is for clients whose tools send it by themselves: every operation has its id anyway, and a key that said something
 * else would promise what nobody keeps.
 */
export function checkIdempotencyKey(key: string | string[] | undefined, operations: readonly unknown[]): void {
  if (key === undefined) return
  const [operation, ...others] = operations
  const identified = identifiedSchema.safeParse(operation)
  if (others.length === 0 && identified.success && identified.data.operationId === key) return
  throw new RequestRefusal('BAD_REQUEST', 'Idempotency-Key belongs to a request with one operation, and equals its operationId')
}
