import type { Scope } from '../scope/scope-registry.ts'
import type { GetToken } from './drain-task.ts'
import type { WorkerAuth } from './worker-auth.ts'

/** `none`: only a page can sign this person in. */
export async function tokenSource(auth: WorkerAuth | undefined, owner: Scope['owner']): Promise<GetToken | 'none' | undefined> {
  if (owner === undefined) return undefined
  const first = await auth?.getToken({ ...owner, isRefused: false }).catch(() => 'later')
  if (auth === undefined || first === undefined) return 'none'
  return async ({ isRefused } = { isRefused: false }) => {
    const token = await auth.getToken({ ...owner, isRefused })
    if (token === undefined) throw new Error('The sign-in can only be renewed by a page.')
    return token
  }
}
