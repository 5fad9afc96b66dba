import { z } from 'zod'
import type { RecordDatabase, RecordTables } from '../record-database/record-database.ts'
import { StoreError } from '../store/store-error.ts'
import { entriesToLift } from './lanes.ts'
import { inLocalTransaction, type LocalTransaction, type OutboxContext } from './local-transaction.ts'
import { readMeta, writeMeta } from './meta-value.ts'
import type { OperationEntry } from './outbox-entry.ts'
import { entryIdOf } from './outbox-row.ts'
import { defaultThresholds, levelOf, scoreOf } from './priority.ts'
import { readPriorities, textOf, type Priorities } from './priorities.ts'
import { rescoreRequests } from './rescore-requests.ts'

/** Rows that are looked at in one transaction, and before the page gets its turn. */
const rowsPerSlice = 100
const metaKey = 'scoring'

/** By what the outbox is scored, and how far; `after: null`: all of it. */
const scoringSchema = z.strictObject({ by: z.string(), after: z.number().nullable() })
type Scoring = z.infer<typeof scoringSchema>

const unknownScores: Scoring = { by: '', after: null }

/** An outbox that nobody looked at was made without rules. */
const unscored: Scoring = { by: textOf({ rules: [], thresholds: defaultThresholds }), after: null }

/**
 * Brings what was never sent to the scores that it would have, had it been made under the rules that hold now; slice by slice, oldest first,
 * and from where it was left if it was cut short. Whatever the order meanwhile, lanes let nothing overtake what it needs. Several tabs may
 * do it at once: each slice is taken by one of them.
 */
export async function rescoreOutbox(
  database: RecordDatabase,
  context: OutboxContext,
  options: { readonly yieldToHost: () => Promise<void>; readonly isOver: () => boolean },
): Promise<void> {
  const isDone = await database.transaction('read', async (tables) => {
    const { by, after } = await readScoring(tables)
    return after === null && by === textOf(await readPriorities(tables, context))
  })
  for (let isDue = !isDone; isDue && !options.isOver();) {
    isDue = await database.transaction('write', (tables) =>
      inLocalTransaction(tables, context, (local) => rescoreSlice(local, context)),
    )
    await options.yieldToHost()
  }
}

/** Whether there is more. */
async function rescoreSlice(local: LocalTransaction, { schema }: OutboxContext): Promise<boolean> {
  const { tables, outbox, priorities } = local
  const by = textOf(priorities)
  const scoring = await readScoring(tables)
  if (scoring.by === by && scoring.after === null) return false
  const from = scoring.by === by ? (scoring.after ?? 0) : 0
  const last = entryIdOf((await tables.outbox.range({ from, isFromOpen: true, limit: rowsPerSlice })).at(-1))
  if (last === undefined) {
    await rescoreRequests(tables, priorities)
    await writeMeta(tables, metaKey, { by, after: null } satisfies Scoring)
    return false
  }
  const entries = await outbox.read({ from, isFromOpen: true, to: last })
  const unsent = entries.filter(isUnsent)
  await outbox.loadWithLanes(unsent.flatMap(({ lanes }) => lanes))
  for (const entry of unsent) {
    const scored = scoreAnew(entry, priorities, schema.entities[entry.operation.entityType]?.priority)
    outbox.put(scored)
    for (const lifted of entriesToLift(scored, (lane) => outbox.ofRecord(lane))) outbox.put(lifted)
  }
  await writeMeta(tables, metaKey, { by, after: last } satisfies Scoring)
  return true
}

/** What a server may have goes first in any case, as it was. */
function isUnsent({ state, firstSentAt }: OperationEntry): boolean {
  return firstSentAt === undefined && (state === 'ready' || state === 'parked')
}

function scoreAnew(
  entry: OperationEntry,
  { rules, thresholds }: Priorities,
  ofEntity: OperationEntry['basePriority'],
): OperationEntry {
  const { entityType, payload } = entry.operation
  const score = scoreOf({ entityType, fields: payload, priority: entry.basePriority ?? ofEntity ?? 'NORMAL' }, rules)
  return { ...entry, score, operation: { ...entry.operation, priority: levelOf(score, thresholds) } }
}

/** All of it is due, whatever it was scored by. */
export async function distrustScores(tables: Pick<RecordTables, 'meta'>): Promise<void> {
  await writeMeta(tables, metaKey, unknownScores)
}

async function readScoring(tables: Pick<RecordTables, 'meta'>): Promise<Scoring> {
  try {
    return (await readMeta(tables, metaKey, scoringSchema)) ?? unscored
  } catch (error) {
    if (error instanceof StoreError && error.code === 'corrupt') return unknownScores
    throw error
  }
}
