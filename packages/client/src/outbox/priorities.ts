import { z } from 'zod'
import type { RecordTables } from '../record-database/record-database.ts'
import { StoreError } from '../store/store-error.ts'
import { readMeta, writeMeta } from './meta-value.ts'
import { priorityRuleSchema, priorityThresholdsSchema, type PriorityRule, type PriorityThresholds } from './priority.ts'

/** What scores are made by. */
export interface Priorities {
  readonly rules: readonly PriorityRule[]
  readonly thresholds: PriorityThresholds
}

const storedSchema = z.strictObject({
  /** Another one every time, so that two sets of rules are told apart without being read through. */
  id: z.string(),
  rules: z.array(priorityRuleSchema),
  thresholds: priorityThresholdsSchema,
})
const idSchema = z.object({ value: z.object({ id: z.string() }) })

type Stored = z.infer<typeof storedSchema>
type MetaTables = Pick<RecordTables, 'meta'>

const metaKey = 'priorities'
/** Every write asks: what was read last is not checked again. By the app's own. */
const latestByOwner = new WeakMap<Priorities, Stored>()

/** What holds now: what a person decided on this device, else the app's own. */
export async function readPriorities(tables: MetaTables, ofApp: Priorities): Promise<Priorities> {
  const id = idSchema.safeParse(await tables.meta.get(metaKey)).data?.value.id
  const latest = id === undefined ? undefined : latestByOwner.get(ofApp)
  if (id === undefined || latest?.id === id) return latest ?? ofApp
  const stored = await checkStored(tables)
  if (stored !== undefined) latestByOwner.set(ofApp, stored)
  return stored ?? ofApp
}

async function checkStored(tables: MetaTables): Promise<Stored | undefined> {
  try {
    return await readMeta(tables, metaKey, storedSchema)
  } catch (error) {
    // Changes go on by the app's own; the next decision writes over it.
    if (error instanceof StoreError && error.code === 'corrupt') return undefined
    throw error
  }
}

/** `undefined`: the app's own hold again. */
export async function writePriorities(tables: MetaTables, decided: Stored | undefined): Promise<void> {
  if (decided === undefined) await tables.meta.bulkDelete([metaKey])
  else await writeMeta(tables, metaKey, decided)
}

/** Equal texts score alike. */
export function textOf({ rules, thresholds }: Priorities): string {
  return JSON.stringify({ rules, thresholds: { HIGH: thresholds.HIGH, NORMAL: thresholds.NORMAL } })
}
