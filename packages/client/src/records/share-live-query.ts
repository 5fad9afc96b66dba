import { callListener } from '../record-database/call-listener.ts'
import type { LiveQuery } from './records.ts'

type Start<Result> = (listener: (result: Result) => void, onError: (error: Error) => void) => () => void

/**
 * Starts to read when somebody listens, once for all who do, and ends with the last of them. After an error there is no answer until the
 * next reading that succeeds.
 */
export function shareLiveQuery<Result>(start: Start<Result>): LiveQuery<Result> {
  const listeners = new Map<
    object,
    { readonly listen: (result: Result) => void; readonly fail: ((error: Error) => void) | undefined }
  >()
  let current: { readonly result: Result } | { readonly error: Error } | undefined
  let stop: (() => void) | undefined

  const fail = (error: Error): void => {
    current = { error }
    for (const listener of listeners.values()) callListener(() => listener.fail?.(error))
  }
  const take = (result: Result): void => {
    current = { result }
    for (const { listen } of listeners.values()) callListener(() => listen(result))
  }
  return {
    get current() {
      return current !== undefined && 'result' in current ? current.result : undefined
    },
    subscribe: (listen, onError) => {
      const token = {}
      listeners.set(token, { listen, fail: onError })
      if (stop === undefined) stop = start(take, fail)
      else if (current !== undefined && 'result' in current) listen(current.result)
      else if (current !== undefined) onError?.(current.error)
      return () => {
        listeners.delete(token)
        if (listeners.size > 0) return
        stop?.()
        stop = undefined
        current = undefined
      }
    },
  }
}
