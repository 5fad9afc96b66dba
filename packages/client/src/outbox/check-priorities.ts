import type { Schema } from '@rejoin/core'
import { z } from 'zod'
import { defaultThresholds, priorityRuleSchema, priorityThresholdsSchema, type PriorityRule } from './priority.ts'
import type { Priorities } from './priorities.ts'
import { requestEntity, sceneEntity } from './request-queue.ts'

export type CheckedPriorities =
  | { readonly type: 'fit'; readonly priorities: Priorities }
  /** One sentence for each thing that is wrong, for whoever edits the rules. */
  | { readonly type: 'unfit'; readonly problems: readonly string[] }

/** More than this nobody can oversee, and every change is held against all of them. */
const rulesMax = 200

/** Rules, or rules and thresholds; as values, or as JSON text that a person wrote. */
export function checkPriorities(input: unknown, schema: Schema): CheckedPriorities {
  const parsed = typeof input === 'string' ? parseText(input) : { value: input }
  if ('problem' in parsed) return { type: 'unfit', problems: [parsed.problem] }
  const shape = Array.isArray(parsed.value) ? listSchema.safeParse(parsed.value) : bothSchema.safeParse(parsed.value)
  if (!shape.success) return { type: 'unfit', problems: shape.error.issues.map((issue) => sentenceOf(issue, parsed.value)) }
  const { rules, thresholds = defaultThresholds } = 'rules' in shape.data ? shape.data : { rules: shape.data }
  const problems = rules.flatMap((rule, index) => problemsOf(rule, schema).map((problem) => `${nameOf(rule, index)}: ${problem}`))
  if (thresholds.HIGH < thresholds.NORMAL) problems.push('Thresholds: HIGH must not be below NORMAL.')
  return problems.length > 0 ? { type: 'unfit', problems } : { type: 'fit', priorities: { rules, thresholds } }
}

const listSchema = z.array(priorityRuleSchema).max(rulesMax, `no more than ${rulesMax} rules`)
const bothSchema = z.strictObject({ rules: listSchema, thresholds: priorityThresholdsSchema.optional() })

function parseText(text: string): { readonly value: unknown } | { readonly problem: string } {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { problem: `This is not JSON: ${error instanceof Error ? error.message : String(error)}.` }
  }
}

const requestEntities: ReadonlySet<string> = new Set([requestEntity, sceneEntity])

/** What no type says. */
function problemsOf({ entity, when }: PriorityRule, { entities }: Schema): readonly string[] {
  const problems: string[] = []
  if (entity !== undefined && !requestEntities.has(entity) && !Object.hasOwn(entities, entity)) {
    problems.push(`there is no entity "${entity}"; there are ${Object.keys(entities).join(', ')}.`)
  }
  if (when === undefined || when.operator === 'exists') return problems
  if (when.value === undefined) problems.push(`"${when.operator}" needs a value.`)
  const isOrdered = typeof when.value === 'number' || typeof when.value === 'string'
  const isOrder = when.operator === 'greaterThan' || when.operator === 'lessThan'
  if (isOrder && when.value !== undefined && !isOrdered) problems.push(`"${when.operator}" compares numbers or texts.`)
  return problems
}

function sentenceOf({ path, message }: z.core.$ZodIssue, input: unknown): string {
  const words = message.replace(/^Invalid input: /, '')
  const inList = path[0] === 'rules' ? path.slice(1) : path
  const [index, ...rest] = inList
  if (typeof index !== 'number') return `${path.length === 0 ? 'The rules' : path.join('.')}: ${words}.`
  const rule = ruleAt(input, index)
  return `${[nameOf(rule, index), ...(rest.length > 0 ? [rest.join('.')] : [])].join(', ')}: ${words}.`
}

const listedSchema = z.union([z.array(z.unknown()), z.object({ rules: z.array(z.unknown()) })])
const namedSchema = z.object({ name: z.string() })

function ruleAt(input: unknown, index: number): unknown {
  const listed = listedSchema.safeParse(input).data ?? []
  return ('rules' in listed ? listed.rules : listed)[index]
}

function nameOf(rule: unknown, index: number): string {
  const { name } = namedSchema.safeParse(rule).data ?? {}
  return name === undefined ? `Rule ${index + 1}` : `Rule ${index + 1} "${name}"`
}
