import type { MessagePort, Transferable } from 'node:worker_threads'
import { DocumentStoreError, type DocumentStoreErrorCode } from '../../document-log/document-store-error.ts'
import { storeErrorFrom } from '../database/sqlite-failure.ts'

/** What one thread may ask of another: name → function of one structured-cloneable argument. */
export type CallTable<Calls> = { readonly [Name in keyof Calls]: (argument: never) => unknown }

export interface CallMessage {
  readonly id: number
  readonly name: string
  readonly argument: unknown
}

export type ReplyMessage =
  | { readonly id: number; readonly type: 'value'; readonly value: unknown }
  | { readonly id: number; readonly type: 'error'; readonly code: DocumentStoreErrorCode; readonly message: string }

/** An answer whose buffers move to the asking thread instead of being copied. */
export class Transferred<Value> {
  readonly value: Value
  readonly transfer: readonly Transferable[]

  constructor(value: Value, transfer: readonly Transferable[]) {
    this.value = value
    this.transfer = transfer
  }
}

type Handlers<Calls extends CallTable<Calls>> = {
  readonly [Name in keyof Calls]: (
    argument: Parameters<Calls[Name]>[0],
  ) => ReturnType<Calls[Name]> | Transferred<ReturnType<Calls[Name]>>
}

/** Answers calls one at a time, in order; a handler that throws is answered with its error. */
export function serveCalls<Calls extends CallTable<Calls>>(
  port: MessagePort,
  handlers: Handlers<Calls>,
  afterReply: () => void = () => undefined,
): void {
  const handlerByName = new Map<string, (argument: never) => unknown>(Object.entries(handlers))
  port.on('message', ({ id, name, argument }: CallMessage & { argument: never }) => {
    try {
      const value = handlerByName.get(name)?.(argument)
      if (value instanceof Transferred)
        port.postMessage({ id, type: 'value', value: value.value } satisfies ReplyMessage, value.transfer)
      else port.postMessage({ id, type: 'value', value } satisfies ReplyMessage)
    } catch (error) {
      const { code, message } = storeErrorFrom(error)
      port.postMessage({ id, type: 'error', code, message } satisfies ReplyMessage)
    }
    afterReply()
  })
}

export function errorFrom(reply: ReplyMessage & { type: 'error' }): DocumentStoreError {
  return new DocumentStoreError(reply.code, reply.message)
}
