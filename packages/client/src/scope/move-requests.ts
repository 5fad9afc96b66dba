import { z } from 'zod'
import { checkRequests } from '../outbox/check-requests.ts'
import { inLocalTransaction, type LocalTransaction, type OutboxContext } from '../outbox/local-transaction.ts'
import { readMeta, writeMeta } from '../outbox/meta-value.ts'
import type { RequestEntry } from '../outbox/outbox-entry.ts'
import { deleteBody, parseRequests, readBody, requestRowOf } from '../outbox/request-rows.ts'
import type { AttentionItem } from '../outbox/attention.ts'
import { bodyIdIn, readNamedBody } from '../outbox/named-body.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'

interface RequestMove {
  readonly from: RecordDatabase
  readonly into: RecordDatabase
  /** Under which the receiving database remembers how far it is. */
  readonly markKey: string
  readonly context: OutboxContext
}

interface Cargo {
  readonly entry: RequestEntry
  readonly body: Uint8Array<ArrayBuffer> | 'missing' | undefined
}

/**
 * Moves the requests of the app from one database into another, each once, in their order and under their ids, however often this is cut short
 * and begun again. One at a time: together their bodies may not fit into the page's memory.
 */
export async function moveRequests({ from, into, markKey, context }: RequestMove): Promise<void> {
  await checkRequests(from, context)
  for (let cargo = await firstOf(from); cargo !== undefined; cargo = await firstOf(from)) {
    await unload(into, context, { cargo, markKey })
    await remove(from, context, cargo.entry)
  }
}

/** Of what was moved, nothing stays behind. */
export function clearBodies(from: RecordDatabase): Promise<void> {
  return from.transaction('write', async ({ requests, attention, requestBodies }) => {
    if ((await requests.count({})) === 0 && (await attention.count({})) === 0) await requestBodies.clear()
  })
}

function firstOf(from: RecordDatabase): Promise<Cargo | undefined> {
  return from.transaction('read', async (tables) => {
    const [entry] = parseRequests(await tables.requests.range({ limit: 1 }))
    return entry && { entry, body: await readBody(tables, entry.request) }
  })
}

/** In the other queue it waits as if it had never been tried; a server knows it by its id all the same. */
function unload(
  into: RecordDatabase,
  context: OutboxContext,
  { cargo: { entry, body }, markKey }: { readonly cargo: Cargo; readonly markKey: string },
): Promise<void> {
  return into.transaction('write', (tables) =>
    inLocalTransaction(tables, context, async ({ device }) => {
      const lastEntryId = (await readMeta(tables, markKey, z.number())) ?? 0
      if (entry.entryId <= lastEntryId) return
      const { bodyId } = entry.request.body ?? {}
      if (bodyId !== undefined && body instanceof Uint8Array) await tables.requestBodies.put({ bodyId, bytes: body })
      const { tenantId: _ofBefore, ...request } = entry.request
      const { kind, score, createdAt } = entry
      const entryId = device.nextEntryId()
      await tables.requests.put(requestRowOf({ entryId, kind, request, state: 'ready', score, attempts: 0, createdAt }))
      await writeMeta(tables, markKey, entry.entryId)
    }),
  )
}

/** With what was said of it: that is said again, if it still holds. */
function remove(from: RecordDatabase, context: OutboxContext, { entryId, request }: RequestEntry): Promise<void> {
  return from.transaction('write', (tables) =>
    inLocalTransaction(tables, context, async ({ attention }: LocalTransaction) => {
      await tables.requests.bulkDelete([entryId])
      await deleteBody(tables, request)
      for (const { id } of await attention.aboutEntries([entryId])) attention.delete(id)
    }),
  )
}

/** What a person may still try again, and what a later version may read, has its body beside it. */
export async function copyAttentionBodies(
  { from, into }: Pick<RequestMove, 'from' | 'into'>,
  items: readonly AttentionItem[],
): Promise<void> {
  for (const item of items) {
    const stored = item.raw ?? item
    const bodyId = bodyIdIn(stored)
    if (bodyId === undefined) continue
    const bytes = await from.transaction('read', (tables) => readNamedBody(tables, stored))
    if (bytes !== undefined) await into.transaction('write', ({ requestBodies }) => requestBodies.put({ bodyId, bytes }))
  }
}
