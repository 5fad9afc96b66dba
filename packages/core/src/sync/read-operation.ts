import type { z } from 'zod'
import { isJsonObject } from '../records/json-value.ts'
import { operationSchema, type Operation } from './operation.ts'
import { syncLimits } from './sync-limits.ts'

/** An operation that may wait for its tenant. */
export type UsualOperation = Omit<Operation, 'tenantId'> & { readonly tenantId?: string }

/** As the schema reads it. What devices write in their usual words is seen to be right at a glance, a third of the schema's time. */
export function readOperation(value: unknown): z.ZodSafeParseResult<Operation> {
  return isUsualOperation(value) && hasTenant(value) ? { success: true, data: value } : operationSchema.safeParse(value)
}

/** Seen to be right, and what the schema would make of it. Everything else is for the schema to say. */
export function isUsualOperation(value: unknown): value is UsualOperation {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const known = requiredCount + optionalNames.filter((name) => name in value).length
  return Object.keys(value).length === known && hasUsualIds(value) && hasUsualChange(value)
}

type Members = Partial<Record<keyof Operation, unknown>>

function hasUsualIds(members: Members): boolean {
  const { operationId, deviceId, deviceSeq, recordId, tenantId, groupId } = members
  return (
    isLike(operationId, uuid) &&
    isLike(deviceId, deviceName) &&
    isCount(deviceSeq, 1) &&
    isId(recordId) &&
    (tenantId === undefined || isId(tenantId)) &&
    (groupId === undefined || isId(groupId))
  )
}

function hasUsualChange(members: Members): boolean {
  const { entityType, operationType, payload, baseVersion, clientUpdatedAt, schemaVersion, priority } = members
  return (
    isLike(entityType, entityName) &&
    operationTypes.has(operationType) &&
    isJsonObject(payload) &&
    (baseVersion === null || isCount(baseVersion, 0)) &&
    isLike(clientUpdatedAt, time) &&
    isCount(schemaVersion, 1) &&
    (priority === undefined || priorities.has(priority))
  )
}

function hasTenant(operation: UsualOperation): operation is Operation {
  return operation.tenantId !== undefined
}

const requiredCount = 10
const optionalNames = ['tenantId', 'priority', 'groupId'] as const
const uuid = /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
const deviceName = /^[A-Za-z0-9_-]{1,64}$/
const entityName = /^\w{1,64}$/
const plainText = /^[\x20-\x7E]+$/
/** As `toISOString` writes it. Leap days are left to the schema. */
const time =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/
const operationTypes: ReadonlySet<unknown> = new Set(['create', 'update', 'delete'])
const priorities: ReadonlySet<unknown> = new Set(['HIGH', 'NORMAL', 'LOW'])

function isLike(value: unknown, pattern: RegExp): boolean {
  return typeof value === 'string' && pattern.test(value)
}

function isCount(value: unknown, least: number): boolean {
  return Number.isSafeInteger(value) && Number(value) >= least
}

function isId(value: unknown): boolean {
  return typeof value === 'string' && value.length <= syncLimits.idCharactersMax && plainText.test(value)
}
