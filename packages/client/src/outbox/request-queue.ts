import type { Priority } from '@rejoin/core'
import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'
import { uuidV7 } from '../record-database/uuid-v7.ts'
import { nextKeepTime } from './keep-time.ts'
import { inLocalTransaction, type LocalTransaction, type OutboxContext } from './local-transaction.ts'
import type { CapturedRequest, RequestEntry } from './outbox-entry.ts'
import { scoreOf, type PriorityRule } from './priority.ts'
import { requestRowOf } from './request-rows.ts'

/** A request to be kept. Its headers were looked through: nothing in them lets anybody in. */
export interface NewRequest extends Pick<
  CapturedRequest,
  'method' | 'url' | 'headers' | 'credentials' | 'isAuthorized' | 'title' | 'lane' | 'idempotencyKey' | 'scene'
> {
  readonly body: Uint8Array<ArrayBuffer> | undefined
  readonly priority?: Priority | undefined
}

/** Who keeps it, and when. */
export interface KeepMoment {
  readonly deviceId: string
  /** As far as the device knows, the server's time, ms since the epoch; never before that of what was kept earlier and waits. */
  readonly serverNow: number
}

/** Where requests of the app wait for the network. */
export interface RequestKeeper {
  /** Resolves with the request's id when the device has it, and rejects with a `StoreError` where it has not. */
  keep(request: NewRequest): Promise<string>
}

/** Where several wait that belong together. */
export interface BatchKeeper {
  /** As `keep`, in their order, all or none. They are made inside the transaction that keeps them, which may run twice. */
  keepAll(make: (moment: KeepMoment) => readonly NewRequest[]): Promise<readonly string[]>
}

/** What priority rules call all requests of the app, and all batches of operations on scenes. No entity has a space in its name. */
export const requestEntity = 'captured request'
export const sceneEntity = 'scene operations'

/** The outbox's requests, in the database that all tabs share. */
export class RequestQueue implements RequestKeeper, BatchKeeper {
  readonly #database: RecordDatabase
  readonly #context: OutboxContext

  constructor(database: RecordDatabase, context: OutboxContext) {
    this.#database = database
    this.#context = context
  }

  async keep(request: NewRequest): Promise<string> {
    const [requestId] = await this.#keepIn(async () => [request])
    if (requestId === undefined) throw new Error('a request that was kept has an id')
    return requestId
  }

  keepAll(make: (moment: KeepMoment) => readonly NewRequest[]): Promise<readonly string[]> {
    return this.#keepIn(async ({ tables, device: { deviceId } }) =>
      make({ deviceId, serverNow: await nextKeepTime(tables, this.#context.clock.now()) }),
    )
  }

  #keepIn(make: (local: LocalTransaction) => Promise<readonly NewRequest[]>): Promise<readonly string[]> {
    let before: readonly CapturedRequest[] = []
    return this.#database.transaction('write', (tables) =>
      inLocalTransaction(tables, this.#context, async (local) => {
        // Done once more after a commit that was reported as lost, they are there.
        if (await areKept(tables, before)) return before.map(({ requestId }) => requestId)
        const { clock } = this.#context
        const kept = (await make(local)).map((request) => ({ request: this.#named(request), body: request.body }))
        before = kept.map(({ request }) => request)
        for (const { request, body } of kept) {
          if (body !== undefined) await tables.requestBodies.put({ bodyId: request.requestId, bytes: body })
          const entryId = local.device.nextEntryId()
          await tables.requests.put(requestRowOf(newEntry(local, { entryId, request, createdAt: clock.now() })))
        }
        return before.map(({ requestId }) => requestId)
      }),
    )
  }

  #named({ body, priority = 'NORMAL', ...kept }: NewRequest): CapturedRequest {
    const requestId = uuidV7(this.#context.clock.now(), this.#context.random)
    return {
      requestId,
      ...kept,
      ...(body !== undefined && { body: { bodyId: requestId, byteCount: body.byteLength } }),
      priority,
    }
  }
}

async function areKept({ requests }: Pick<RecordTables, 'requests'>, [first]: readonly CapturedRequest[]): Promise<boolean> {
  if (first === undefined) return false
  const { requestId } = first
  return (await requests.count({ index: 'request.requestId', from: requestId, to: requestId })) > 0
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

export function scoreOfRequest(request: CapturedRequest, rules: readonly PriorityRule[]): number {
  const { method, url, title, scene, priority } = request
  const fields = scene === undefined ? { method, url, title } : { scene, title }
  return scoreOf({ entityType: entityOfRequest(request), fields, priority }, rules)
}

export function entityOfRequest({ scene }: Pick<CapturedRequest, 'scene'>): string {
  return scene === undefined ? requestEntity : sceneEntity
}
