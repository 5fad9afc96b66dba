import { callListener } from '../record-database/call-listener.ts'
import type { LiveQuery } from './records.ts'

/** Starts to read when somebody listens, once for all who do, and ends with the last of them. */
export function shareLiveQuery<Read, Result>(
  start: (listener: (read: Read) => void, onError: (error: Error) => void) => () => void,
  select: (read: Read) => Promise<Result>,
): LiveQuery<Result> {
  const listeners = new Map<
    object,
    { readonly listen: (result: Result) => void; readonly fail: ((error: Error) => void) | undefined }
  >()
  let current: { readonly result: Result } | undefined
  let stop: (() => void) | undefined
  let run = 0

  const fail = (error: Error): void => {
    stop?.()
    stop = undefined
    for (const listener of listeners.values()) callListener(() => listener.fail?.(error))
  }
  const take = (read: Read): void => {
    const own = ++run
    select(read).then((result) => {
      // What was read later is what holds.
      if (own !== run || stop === undefined) return
      current = { result }
      for (const { listen } of listeners.values()) callListener(() => listen(result))
    }, fail)
  }
  return {
    get current() {
      return current?.result
    },
    subscribe: (listen, onError) => {
      const token = {}
      listeners.set(token, { listen, fail: onError })
      if (stop === undefined) stop = start(take, fail)
      else if (current !== undefined) listen(current.result)
      return () => {
        listeners.delete(token)
        if (listeners.size > 0) return
        stop?.()
        stop = undefined
        current = undefined
        run++
      }
    },
  }
}
