import { resultCodeTable, type Schema } from '@rejoin/core'
import { openHookTransaction } from './hook-transaction.ts'
import { GroupChain } from './group-chain.ts'
import type { HookTime } from './hook-time.ts'
import { judgeChange, type EntityChange, type JudgementScene } from './judge-change.ts'
import { rejectedOperation, repeatedOperation, verdictOf, type JudgedOperation } from './judged-operation.ts'
import { checkChange, type PreparedOperation } from './prepare-operation.ts'
import type { TenantRecords } from './record-store.ts'
import { OperationRejection, type ServerHooks } from './sync-service.ts'

export interface RequestJudge extends JudgementScene {
  readonly schema: Schema
  readonly records: TenantRecords
  readonly hooks: ServerHooks
  readonly hookTime: HookTime
  readonly report: (error: unknown) => void
}

/**
 * Judges the operations of a request in order, each on what those before it left. What throws leaves no trace and costs only itself. A group
 * is judged where its first operation stands, and taken as a whole or not at all.
 */
export async function judgeRequest(
  operations: readonly PreparedOperation[],
  judge: RequestJudge,
): Promise<readonly JudgedOperation[]> {
  const judgedByIndex = new Map<number, JudgedOperation>()
  for (const [index, prepared] of operations.entries()) {
    if (judgedByIndex.has(index)) continue
    if (prepared.groupId === undefined) {
      const judged = judgeOperation(prepared, judge)
      judgedByIndex.set(index, judged instanceof Promise ? await judged : judged)
      continue
    }
    const members = [...operations.entries()].filter(([, { groupId }]) => groupId === prepared.groupId)
    const judged = await judgeGroup(
      members.map(([, member]) => member),
      judge,
    )
    for (const [at, [memberIndex]] of members.entries()) {
      const verdict = judged[at]
      if (verdict !== undefined) judgedByIndex.set(memberIndex, verdict)
    }
  }
  judge.overlay.finishRequest()
  return operations.flatMap((_, index) => judgedByIndex.get(index) ?? [])
}

async function judgeGroup(members: readonly PreparedOperation[], judge: RequestJudge): Promise<readonly JudgedOperation[]> {
  const mark = judge.overlay.mark()
  const taken: JudgedOperation[] = []
  const chain = new GroupChain()
  for (const member of members) {
    const judging = judgeOperation(chain.follow(member), judge)
    const judged = judging instanceof Promise ? await judging : judging
    taken.push(judged)
    if (!judged.isTaken) break
    chain.add(member, judged)
  }
  const cause = taken.at(-1)
  if (cause === undefined || cause.isTaken) return taken
  judge.overlay.rollBack(mark)
  // Who failed only for now makes the others wait with it: a verdict on them would forbid the group for good.
  const causeCode = cause.result.code
  const isForNow = causeCode !== undefined && resultCodeTable[causeCode].isRetryable
  const refusal = {
    code: isForNow ? causeCode : ('DEPENDENCY_FAILED' as const),
    message: 'another operation of its group was not taken',
  }
  return members.map((member, index) => {
    const judged = index === taken.length - 1 ? cause : (findEarlier(member, judge) ?? rejectedOperation(member, refusal))
    return keep(member, judged, judge)
  })
}

/** With a hook a promise, without one the verdict at once. */
function judgeOperation(prepared: PreparedOperation, judge: RequestJudge): JudgedOperation | Promise<JudgedOperation> {
  const mark = judge.overlay.mark()
  try {
    const earlier = findEarlier(prepared, judge)
    if (earlier !== undefined) return earlier
    const { task, read } = prepared
    if (task.type === 'refuse' || read === undefined) {
      const refusal = task.type === 'refuse' ? task.refusal : { code: 'INTERNAL' as const, message: 'it could not be read' }
      return keep(prepared, rejectedOperation(prepared, refusal), judge)
    }
    const change = { read, entity: task.entity, change: task.change }
    const { judged, record } = judgeChange(prepared, change, judge)
    if (record === undefined) return keep(prepared, judged, judge)
    if (judge.hooks.beforeApply !== undefined)
      return judge.hookTime.isUsedUp ? rejectedOperation(prepared, notAsked) : judgeWithHook(prepared, change, judge)
    judge.overlay.put(record, prepared.operationId)
    return keep(prepared, judged, judge)
  } catch (error) {
    return failed(prepared, { error, mark }, judge)
  }
}

async function judgeWithHook(prepared: PreparedOperation, asked: EntityChange, judge: RequestJudge): Promise<JudgedOperation> {
  const mark = judge.overlay.mark()
  const { schema, records, report } = judge
  const transaction = openHookTransaction({ schema, records, scene: judge, read: asked.read, report })
  try {
    const identity = judge.rights.facts
    const asking = judge.hooks.beforeApply?.({ ...asked.read.operation, identity }, transaction)
    const amended = asking === undefined ? undefined : await judge.hookTime.limit(Promise.resolve(asking))
    const change = amended?.payload === undefined ? asked : amendedChange(asked, amended.payload)
    const { judged, record } = judgeChange(prepared, change, judge)
    if (!judged.isTaken) judge.overlay.rollBack(mark)
    if (record !== undefined) judge.overlay.put(record, prepared.operationId)
    return keep(prepared, judged, judge)
  } catch (error) {
    return failed(prepared, { error, mark }, judge)
  } finally {
    transaction.close()
  }
}

/** Nothing was wrong with it, so that no try is counted. */
const notAsked = { code: 'RATE_LIMITED', message: 'the hooks before it took too long; it may be sent again' } as const

/** What a hook returns is checked like anything else; that it does not fit is the hook's fault, not the operation's. */
function amendedChange({ read, entity }: EntityChange, payload: EntityChange['read']['operation']['payload']): EntityChange {
  const checked = checkChange(entity, read.operation.operationType, payload)
  if (checked.type === 'valid') return { read, entity, change: checked.change }
  throw new Error(`beforeApply returned a payload that does not fit: ${checked.problems.map(({ field }) => field).join(', ')}`)
}

function failed(
  prepared: PreparedOperation,
  { error, mark }: { readonly error: unknown; readonly mark: number },
  judge: RequestJudge,
): JudgedOperation {
  judge.overlay.rollBack(mark)
  if (error instanceof OperationRejection)
    return keep(prepared, rejectedOperation(prepared, { code: error.code, message: error.message }), judge)
  judge.report(error)
  return rejectedOperation(prepared, { code: 'INTERNAL', message: 'the server failed at this operation; it may be tried again' })
}

/** What is to be said of an operation whose id or number was seen before. */
function findEarlier(prepared: PreparedOperation, { overlay, rights }: RequestJudge): JudgedOperation | undefined {
  const { read, operationId } = prepared
  if (read === undefined) return undefined
  const { user } = rights.facts
  const { deviceId, deviceSeq } = read.operation
  const verdict = overlay.verdictOf(operationId)
  if (verdict !== undefined) {
    if (verdict.user === user && verdict.payloadHash === read.payloadHash) return repeatedOperation(prepared, verdict)
    return rejectedOperation(prepared, { code: 'ID_REUSED', message: 'this operationId belongs to another operation' })
  }
  if (overlay.operationAt({ user, deviceId }, deviceSeq) !== undefined)
    return rejectedOperation(prepared, { code: 'DEVICE_FORKED', message: 'another operation of this device has this number' })
  return deviceSeq <= overlay.prunedThrough({ user, deviceId }) ? repeatedOperation(prepared, undefined) : undefined
}

function keep(prepared: PreparedOperation, judged: JudgedOperation, { overlay, rights }: RequestJudge): JudgedOperation {
  const verdict = verdictOf(prepared, judged, rights.facts.user)
  if (verdict !== undefined) overlay.addVerdict(verdict)
  return judged
}
