import { z } from 'zod'
import { listAttention } from '../outbox/attention-book.ts'
import type { AttentionItem } from '../outbox/attention.ts'
import { inLocalTransaction, type LocalTransaction, type OutboxContext } from '../outbox/local-transaction.ts'
import { readMeta, writeMeta } from '../outbox/meta-value.ts'
import { noteMovesAway } from '../outbox/moves-away.ts'
import type { OperationEntry } from '../outbox/outbox-entry.ts'
import type { RecordDatabase } from '../record-database/record-database.ts'
import { clearBodies, copyAttentionBodies, moveRequests } from './move-requests.ts'

const movedSchema = z.object({ lastEntryId: z.number(), lastAttentionId: z.number() })
type Moved = z.infer<typeof movedSchema>

export interface OutboxMove {
  readonly from: RecordDatabase
  readonly fromName: string
  readonly into: RecordDatabase
  readonly context: OutboxContext
}

interface Cargo {
  readonly entries: readonly OperationEntry[]
  readonly items: readonly AttentionItem[]
}

/**
 * Moves all that waits in one database into another, each thing once, however often this is cut short and begun again: entries are made
 * immutable, then copied together with a mark of how far that went, then deleted.
 */
export async function moveOutbox({ from, fromName, into, context }: OutboxMove): Promise<void> {
  const markKey = `movedFrom ${fromName}`
  await noteMovesAway(from)
  await moveRequests({ from, into, context, markKey: `${markKey}/requests` })
  const cargo = await seal(from, context)
  if (cargo.entries.length === 0 && cargo.items.length === 0) return clearBodies(from)
  await copyAttentionBodies({ from, into }, cargo.items)
  const moved = await into.transaction('write', (tables) =>
    inLocalTransaction(tables, context, async (local) => {
      const before = (await readMeta(tables, markKey, movedSchema)) ?? { lastEntryId: 0, lastAttentionId: 0 }
      const after = await unload(local, cargo, before)
      await writeMeta(tables, markKey, after)
      return after
    }),
  )
  await from.transaction('write', (tables) =>
    inLocalTransaction(tables, context, async ({ outbox, attention }) => {
      await outbox.readAll()
      for (const { entryId } of outbox.all()) if (entryId <= moved.lastEntryId) outbox.remove(entryId)
      for (const { id } of cargo.items) attention.delete(id)
    }),
  )
  await clearBodies(from)
}

/** From here on nothing coalesces with what is there: what another tab still writes is an entry of its own, for the next move. */
async function seal(from: RecordDatabase, context: OutboxContext): Promise<Cargo> {
  return from.transaction('write', (tables) =>
    inLocalTransaction(tables, context, async ({ outbox }) => {
      await outbox.readAll()
      const entries = outbox.all()
      for (const entry of entries) {
        if (entry.firstSentAt === undefined) outbox.put({ ...entry, state: 'sent', firstSentAt: context.clock.now() })
      }
      return { entries, items: await listAttention(tables) }
    }),
  )
}

async function unload({ outbox, device, attention }: LocalTransaction, { entries, items }: Cargo, before: Moved): Promise<Moved> {
  const newEntries = entries.filter(({ entryId }) => entryId > before.lastEntryId)
  await outbox.loadWithLanes(newEntries.flatMap(({ lanes }) => lanes))
  for (const { kind, operation, lanes, basePriority, score, createdAt } of newEntries) {
    const { tenantId: _ofBefore, ...kept } = operation
    outbox.put({
      entryId: device.nextEntryId(),
      kind,
      operation: { ...kept, deviceId: device.deviceId, deviceSeq: device.nextDeviceSeq() },
      state: 'ready',
      lanes,
      ...(basePriority !== undefined && { basePriority }),
      score,
      attempts: 0,
      createdAt,
    })
  }
  // What is said of an entry that waits is said again, if it still holds, when that entry's turn comes.
  const waiting = new Set(entries.map(({ operation }) => operation.operationId))
  const newItems = items.filter(({ id, operation }) => id > before.lastAttentionId && !waiting.has(operation?.operationId ?? ''))
  // Places in the other queue mean nothing here.
  for (const { id: _id, isDismissed: _isDismissed, ...draft } of newItems) attention.raise({ ...draft, entryId: undefined })
  return {
    lastEntryId: Math.max(before.lastEntryId, ...entries.map(({ entryId }) => entryId)),
    lastAttentionId: Math.max(before.lastAttentionId, ...items.map(({ id }) => id)),
  }
}
