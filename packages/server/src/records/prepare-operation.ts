import {
  checkCreate,
  checkUpdate,
  migrateChange,
  operationIdSchema,
  readOperation,
  type CheckedChange,
  type Entity,
  type FieldsCheck,
  type Operation,
  type ResultCode,
  type Schema,
} from '@rejoin/core'
import type { Digest } from './digest.ts'
import { entityOf } from './entity-of.ts'
import { parseIsoTime } from './iso-time.ts'
import { intentionOf } from './operation-intention.ts'
import type { RecordRights } from './record-rights.ts'
import { SyncRequestError } from './sync-service.ts'

export interface Refusal {
  readonly code: ResultCode
  readonly message: string
}

/** An operation that could be read, in the words of the present schema. */
export interface ReadOperation {
  readonly operation: Operation
  readonly payloadHash: string
  /** `clientUpdatedAt`, ms since the epoch. */
  readonly clientTime: number
}

/** An operation after everything that can be said of it without the store. */
export interface PreparedOperation {
  readonly operationId: string
  readonly groupId: string | undefined
  /** `undefined` where it could not be read as a whole: then no verdict of it is kept. */
  readonly read: ReadOperation | undefined
  readonly task:
    | { readonly type: 'refuse'; readonly refusal: Refusal }
    | { readonly type: 'change'; readonly entity: Entity; readonly change: CheckedChange }
}

export interface PreparationRules {
  readonly schema: Schema
  readonly rights: RecordRights
  readonly digest: Digest
  readonly operationBytesMax: number
  /** The only device that may speak; any, if `undefined`. */
  readonly deviceId: string | undefined
  /** The only entity that may be changed; any, if `undefined`. */
  readonly entityType: string | undefined
  /** Told of a check of the schema that threw. */
  readonly report: (error: unknown) => void
}

/** Everything that can be said of the operations of a request. Throws `SyncRequestError` where the request as a whole cannot be taken. */
export function prepareOperations(
  raw: readonly unknown[],
  rules: PreparationRules & { readonly operationsMax: number },
): readonly PreparedOperation[] {
  if (raw.length > rules.operationsMax)
    throw new SyncRequestError('TOO_LARGE', `a request has at most ${rules.operationsMax} operations`)
  return raw.map((each) => prepareOperation(each, rules))
}

/** Throws `SyncRequestError` where there is not even an id to answer for. */
function prepareOperation(raw: unknown, rules: PreparationRules): PreparedOperation {
  const parsed = readOperation(raw)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return unreadable(raw, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`)
  }
  const operation = parsed.data
  const clientTime = parseIsoTime(operation.clientUpdatedAt)
  if (clientTime === undefined) return unreadable(raw, 'clientUpdatedAt: is no time')
  if (rules.deviceId !== undefined && operation.deviceId !== rules.deviceId)
    return unreadable(raw, 'deviceId: is not the device of the request')
  const intention = intentionOf(operation)
  if (isLonger(intention, rules.operationBytesMax)) {
    const message = `one operation has at most ${rules.operationBytesMax} bytes`
    return { ...placeOf(operation), read: undefined, task: { type: 'refuse', refusal: { code: 'TOO_LARGE', message } } }
  }
  const facts = { payloadHash: rules.digest.hash(intention), clientTime }
  try {
    return readyOperation(operation, facts, rules)
  } catch (error) {
    // The application's own checks of a field ran.
    rules.report(error)
    return { ...placeOf(operation), read: { operation, ...facts }, task: { type: 'refuse', refusal: failedCheck } }
  }
}

const failedCheck: Refusal = { code: 'INTERNAL', message: 'the server failed at this operation; it may be tried again' }

function readyOperation(
  operation: Operation,
  facts: Omit<ReadOperation, 'operation'>,
  rules: PreparationRules,
): PreparedOperation {
  const refused = (code: ResultCode, message: string, read = operation): PreparedOperation => ({
    ...placeOf(operation),
    read: { operation: read, ...facts },
    task: { type: 'refuse', refusal: { code, message } },
  })
  const { rights, schema } = rules
  if (operation.tenantId !== rights.facts.tenant) return refused('TENANT_MISMATCH', 'the operation belongs to another tenant')
  const present = inPresentWords(operation, schema)
  if (present === undefined) return refused('UPGRADE_REQUIRED', 'the server does not understand this version of the schema')
  const { entityType, operationType, payload } = present
  if (rules.entityType !== undefined && entityType !== rules.entityType)
    return refused('VALIDATION_ERROR', `only records of ${rules.entityType} are changed here`, present)
  const entity = entityOf(schema, entityType)
  if (entity === undefined) return refused('VALIDATION_ERROR', 'there is no such entity', present)
  if (!rights.canWriteEntity(entityType)) return refused('FORBIDDEN', `records of ${entityType} may not be changed`, present)
  const checked = checkChange(entity, operationType, payload)
  if (checked.type === 'invalid') {
    const message = checked.problems.map(({ field, message: text }) => (field === '' ? text : `${field}: ${text}`)).join('; ')
    return refused('VALIDATION_ERROR', message.slice(0, messageCharactersMax), present)
  }
  return {
    ...placeOf(operation),
    read: { operation: present, ...facts },
    task: { type: 'change', entity, change: checked.change },
  }
}

const messageCharactersMax = 500
const nothing: FieldsCheck = { type: 'valid', change: { payload: {}, removedFields: [] } }

/** Checks a payload as its operation type wants it; a delete has none. */
export function checkChange(
  entity: Entity,
  operationType: Operation['operationType'],
  payload: Operation['payload'],
): FieldsCheck {
  if (operationType === 'create') return checkCreate(entity, payload)
  return operationType === 'update' ? checkUpdate(entity, payload) : nothing
}

/** `undefined` where the operation's schema is newer than ours, or a migration cannot take it. */
function inPresentWords(operation: Operation, schema: Schema): Operation | undefined {
  if (operation.schemaVersion === schema.version) return operation
  if (operation.schemaVersion > schema.version) return undefined
  try {
    const { entityType, operationType, payload } = migrateChange(schema, operation, operation.schemaVersion)
    return { ...operation, entityType, operationType, payload }
  } catch {
    return undefined
  }
}

function unreadable(raw: unknown, problem: string): PreparedOperation {
  const members: Readonly<Record<string, unknown>> = typeof raw === 'object' && raw !== null ? { ...raw } : {}
  const operationId = operationIdSchema.safeParse(members['operationId'])
  if (!operationId.success) throw new SyncRequestError('BAD_REQUEST', 'an operation has no readable operationId')
  const groupId = members['groupId']
  return {
    operationId: operationId.data,
    groupId: typeof groupId === 'string' ? groupId : undefined,
    read: undefined,
    task: { type: 'refuse', refusal: { code: 'VALIDATION_ERROR', message: problem.slice(0, messageCharactersMax) } },
  }
}

function placeOf({ operationId, groupId }: Operation): Pick<PreparedOperation, 'operationId' | 'groupId'> {
  return { operationId, groupId }
}

/** In UTF-8, without encoding what cannot be too long. */
function isLonger(text: string, bytesMax: number): boolean {
  if (text.length * 3 <= bytesMax) return false
  return text.length > bytesMax || new TextEncoder().encode(text).byteLength > bytesMax
}
