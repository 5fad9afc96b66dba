import type { Scheduler } from '@rejoin/core'
import { messageOf } from './message-of.ts'

interface Unreachable {
  readonly type: 'unreachable'
  readonly message: string
}

/** Resolves in time whatever the host does: a `getToken` that never settles is not waited for either. Never rejects. */
export function askInTime<Reply>(
  { scheduler, timeoutMs }: { readonly scheduler: Scheduler; readonly timeoutMs: number },
  run: (signal: AbortSignal) => Promise<Reply>,
): Promise<Reply | Unreachable> {
  const controller = new AbortController()
  return new Promise((resolve) => {
    const cancel = scheduler.after(timeoutMs, () => {
      controller.abort()
      resolve({ type: 'unreachable', message: 'The server did not answer in time.' })
    })
    const end = (reply: Reply | Unreachable): void => {
      cancel()
      resolve(reply)
    }
    run(controller.signal).then(end, (error: unknown) =>
      end({ type: 'unreachable', message: `The server could not be reached: ${messageOf(error)}` }),
    )
  })
}
