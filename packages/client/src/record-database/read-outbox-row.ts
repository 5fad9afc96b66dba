import { isUsualOperation } from '@rejoin/core'
import { lots, outboxRowSchema, type OutboxRow } from './record-rows.ts'

/**
 * A stored row of the outbox, checked; `undefined` where it is damaged. What a device wrote in its usual words is seen to be right at a glance, a
 * tenth of the schema's time: a long list reads ten thousand. Everything else is for the schema to say.
 */
export function readOutboxRow(stored: unknown): OutboxRow | undefined {
  if (isKnownRow(stored)) return stored
  return isUsualRow(stored) ? noteRow(stored) : outboxRowSchema.safeParse(stored).data
}

/** Rows are never changed in place: what was once seen to be right is. */
const knownRows = new WeakSet<object>()

function isKnownRow(stored: unknown): stored is OutboxRow {
  return typeof stored === 'object' && stored !== null && knownRows.has(stored)
}

/** A row that this code has just made, or checked. */
export function noteRow(row: OutboxRow): OutboxRow {
  knownRows.add(row)
  return row
}

type Check = (value: unknown) => boolean

const isText: Check = (value) => typeof value === 'string'
const isNumber: Check = (value) => Number.isFinite(value)
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0
const isOrdinal: Check = (value) => Number.isSafeInteger(value) && Number(value) > 0
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText)
const isOneOf =
  (...words: readonly unknown[]): Check =>
  (value) =>
    words.includes(value)
interface Shape {
  readonly requiredCount: number
  readonly checks: ReadonlyMap<string, { readonly check: Check; readonly isRequired: boolean }>
}

function shapeOf(required: Readonly<Record<string, Check>>, optional: Readonly<Record<string, Check>>): Shape {
  const entries = (checks: Readonly<Record<string, Check>>, isRequired: boolean) =>
    Object.entries(checks).map(([key, check]) => [key, { check, isRequired }] as const)
  return {
    requiredCount: Object.keys(required).length,
    checks: new Map([...entries(required, true), ...entries(optional, false)]),
  }
}

/** Whether it has all that is required and nothing that is unknown. */
function hasShape({ requiredCount, checks }: Shape, value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  let found = 0
  for (const key of Object.keys(value)) {
    const known = checks.get(key)
    if (known === undefined || !known.check(Reflect.get(value, key))) return false
    if (known.isRequired) found += 1
  }
  return found === requiredCount
}

const rowShape = shapeOf(
  {
    entryId: isOrdinal,
    kind: isOneOf('operation'),
    operation: isUsualOperation,
    state: isOneOf('ready', 'sent', 'failed', 'parked'),
    lanes: (value) => Array.isArray(value) && value.length > 0 && isTexts(value),
    score: isNumber,
    attempts: isCount,
    createdAt: isNumber,
    recordKey: isText,
    lot: isOneOf(...lots),
    order: isNumber,
  },
  {
    basePriority: isOneOf('HIGH', 'NORMAL', 'LOW'),
    firstSentAt: isNumber,
    nextRetryAt: isNumber,
    waitsOn: isTexts,
    terms: isTexts,
  },
)

/** Whether it is seen to be right without the schema. */
export function isUsualRow(stored: unknown): stored is OutboxRow {
  return hasShape(rowShape, stored)
}
