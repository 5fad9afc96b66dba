import type { Scope } from '../scope/scope-registry.ts'
import { askInTime } from '../sync/ask-in-time.ts'
import type { DrainHost, GetToken } from './drain-task.ts'

/** One person's sign-in that hangs takes not all the time of an event: others may have something to be delivered, too. */
const firstTokenTimeoutMs = 30_000

/** `none`: only a page can sign this person in. */
export async function tokenSource(
  { auth, scheduler }: Pick<DrainHost, 'auth' | 'scheduler'>,
  owner: Scope['owner'],
): Promise<GetToken | 'none' | undefined> {
  if (owner === undefined) return undefined
  if (auth === undefined) return 'none'
  const first = await askInTime({ scheduler, timeoutMs: firstTokenTimeoutMs }, async () => ({
    type: 'told' as const,
    token: await auth.getToken({ ...owner, isRefused: false }),
  }))
  if (first.type === 'told' && first.token === undefined) return 'none'
  return async ({ isRefused } = { isRefused: false }) => {
    const token = await auth.getToken({ ...owner, isRefused })
    if (token === undefined) throw new Error('The sign-in can only be renewed by a page.')
    return token
  }
}
