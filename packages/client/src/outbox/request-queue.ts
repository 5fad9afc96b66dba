import type { Priority } from '@rejoin/core'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { uuidV7 } from '../record-database/uuid-v7.ts'
import { inLocalTransaction, type LocalTransaction, type OutboxContext } from './local-transaction.ts'
import type { CapturedRequest, RequestEntry } from './outbox-entry.ts'
import { scoreOf, type PriorityRule } from './priority.ts'
import { requestRowOf } from './request-rows.ts'

/** A request to be kept. Its headers were looked through: nothing in them lets anybody in. */
export interface NewRequest extends Pick<
  CapturedRequest,
  'method' | 'url' | 'headers' | 'credentials' | 'isAuthorized' | 'title' | 'lane' | 'idempotencyKey'
> {
  readonly body: Uint8Array<ArrayBuffer> | undefined
  readonly priority?: Priority | undefined
}

/** Where requests of the app wait for the network. */
export interface RequestKeeper {
  /** Resolves with the request's id when the device has it, and rejects with a `StoreError` where it has not. */
  keep(request: NewRequest): Promise<string>
}

/** What priority rules call all requests of the app. No entity has a space in its name. */
export const requestEntity = 'captured request'

/** The outbox's requests, in the database that all tabs share. */
export class RequestQueue implements RequestKeeper {
  readonly #database: RecordDatabase
  readonly #context: OutboxContext

  constructor(database: RecordDatabase, context: OutboxContext) {
    this.#database = database
    this.#context = context
  }

  async keep({ body, priority = 'NORMAL', ...kept }: NewRequest): Promise<string> {
    const { clock, random } = this.#context
    const requestId = uuidV7(clock.now(), random)
    const request: CapturedRequest = {
      requestId,
      ...kept,
      ...(body !== undefined && { body: { bodyId: requestId, byteCount: body.byteLength } }),
      priority,
    }
    await this.#database.transaction('write', (tables) =>
      inLocalTransaction(tables, this.#context, async (local) => {
        // Done once more after a commit that was reported as lost, it is there.
        if ((await tables.requests.count({ index: 'request.requestId', from: requestId, to: requestId })) > 0) return
        if (body !== undefined) await tables.requestBodies.put({ bodyId: requestId, bytes: body })
        await tables.requests.put(
          requestRowOf(newEntry(local, { entryId: local.device.nextEntryId(), request, createdAt: clock.now() })),
        )
      }),
    )
    return requestId
  }
}

/** An entry that waits for its turn. */
export function newEntry(
  { priorities }: Pick<LocalTransaction, 'priorities'>,
  { entryId, request, createdAt }: Pick<RequestEntry, 'entryId' | 'request' | 'createdAt'>,
): RequestEntry {
  return {
    entryId,
    kind: 'request',
    request,
    state: 'ready',
    score: scoreOfRequest(request, priorities.rules),
    attempts: 0,
    createdAt,
  }
}

export function scoreOfRequest({ method, url, title, priority }: CapturedRequest, rules: readonly PriorityRule[]): number {
  return scoreOf({ entityType: requestEntity, fields: { method, url, title }, priority }, rules)
}
