import type { JsonObject, JsonValue, Priority } from '@rejoin/core'
import { z } from 'zod'

/** A rule as it stands in configuration: JSON, no code. */
export const priorityRuleSchema = z.strictObject({
  /** For people, in settings. */
  name: z.string(),
  /** Absent: every entity. */
  entity: z.string().optional(),
  /** Absent: every operation. `value` is not looked at by `exists`. */
  when: z
    .strictObject({
      field: z.string(),
      operator: z.enum(['equals', 'notEquals', 'greaterThan', 'lessThan', 'contains', 'exists']),
      value: z.json().optional(),
    })
    .optional(),
  /** Added to the score; may be negative. */
  points: z.number(),
})

export type PriorityRule = z.infer<typeof priorityRuleSchema>

/** The least score of a level; below both is `LOW`. */
export const priorityThresholdsSchema = z.strictObject({ HIGH: z.number(), NORMAL: z.number() }).readonly()
export type PriorityThresholds = z.infer<typeof priorityThresholdsSchema>

export const basePoints: Readonly<Record<Priority, number>> = { HIGH: 100, NORMAL: 50, LOW: 0 }
export const defaultThresholds: PriorityThresholds = { HIGH: 75, NORMAL: 25 }

export interface Scored {
  readonly entityType: string
  /** The fields that rules look at: of an update those that it changes. */
  readonly fields: JsonObject
  /** Of the call, else of the entity. */
  readonly priority: Priority
}

/** The points of the level, and of every rule that fits. */
export function scoreOf({ entityType, fields, priority }: Scored, rules: readonly PriorityRule[]): number {
  return rules
    .filter(({ entity, when }) => (entity ?? entityType) === entityType && (when === undefined || isMet(when, fields)))
    .reduce((score, { points }) => score + points, basePoints[priority])
}

export function levelOf(score: number, thresholds: PriorityThresholds = defaultThresholds): Priority {
  if (score >= thresholds.HIGH) return 'HIGH'
  return score >= thresholds.NORMAL ? 'NORMAL' : 'LOW'
}

/** The least score of what is not held back; `undefined`: nothing is. */
export function leastScoreOf(heldBelow: Exclude<Priority, 'LOW'> | 'all' | undefined, thresholds: PriorityThresholds): number {
  if (heldBelow === undefined) return -Infinity
  return heldBelow === 'all' ? Infinity : thresholds[heldBelow]
}

function isMet({ field, operator, value }: NonNullable<PriorityRule['when']>, fields: JsonObject): boolean {
  const found = Object.hasOwn(fields, field) ? fields[field] : undefined
  switch (operator) {
    case 'equals':
      return found === value
    case 'notEquals':
      return found !== undefined && found !== value
    case 'greaterThan':
      return compare(found, value) > 0
    case 'lessThan':
      return compare(found, value) < 0
    case 'contains':
      return isIn(found, value)
    case 'exists':
      return found !== undefined && found !== null
  }
}

/** `NaN`, which is neither more nor less, where the two cannot be compared. */
function compare(found: JsonValue | undefined, value: unknown): number {
  if (typeof found === 'number' && typeof value === 'number') return found - value
  if (typeof found === 'string' && typeof value === 'string') return found === value ? 0 : found < value ? -1 : 1
  return NaN
}

function isIn(found: JsonValue | undefined, value: unknown): boolean {
  if (typeof found === 'string') return typeof value === 'string' && found.includes(value)
  return Array.isArray(found) && found.some((member) => member === value)
}
