import type { SceneOperation } from '@rejoin/core'
import { uuidV7 } from '../record-database/uuid-v7.ts'
import type { SceneVerdict, ToldOperation } from '../sync/judge-scene.ts'
import type { SettledRequest } from '../sync/sync-store.ts'
import { clockOffsetOf } from './clock-sample.ts'
import { explainCode } from './explain-code.ts'
import type { LocalTransaction, OutboxContext } from './local-transaction.ts'
import type { CapturedRequest, RequestEntry } from './outbox-entry.ts'
import { attemptOf, countAttempt } from './request-attempts.ts'
import { raiseAboutRequest } from './request-attention.ts'
import { deleteBody, readBody, requestRowOf } from './request-rows.ts'
import { encodeSceneBody, readSceneBody, type SceneBody } from './scene-body.ts'
import { sceneTitle } from './scene-title.ts'
import { setDamagedAside } from './take-request.ts'

interface Outcome {
  readonly entry: RequestEntry
  readonly verdict: SceneVerdict
  readonly now: number
}

/**
 * Carries out the verdicts on a batch of operations on a scene: what a person should know goes to the attention list, each element with what was
 * done to it; what failed for now stays in its place as a smaller batch; the rest is done.
 */
export async function settleScene(local: LocalTransaction, context: OutboxContext, outcome: Outcome): Promise<SettledRequest> {
  const { entry, verdict } = outcome
  const { tables } = local
  const bytes = await readBody(tables, entry.request)
  const body = bytes instanceof Uint8Array ? readSceneBody(bytes) : undefined
  if (body === undefined) {
    await setDamagedAside(local, context, requestRowOf(entry))
    return { isSettled: true, conflicts: 0, attempts: [] }
  }
  if (!speaksOf(body, verdict)) {
    const message = 'The answer of the server did not speak of every change.'
    return countAttempt(local, context, { entry, message, now: outcome.now })
  }
  for (const told of groupByElement(verdict.told, body)) await tell(local, context, { ...outcome, told, body })
  const rejected = verdict.told.filter(({ kind }) => kind === 'rejected')
  const settled = {
    isSettled: true,
    conflicts: verdict.told.length - rejected.length,
    attempts: rejected.map(({ operationId, code }) => ({ ...attemptOf(entry, code), operationId })),
  }
  await deleteBody(tables, entry.request)
  if (verdict.again !== undefined) {
    const { isSettled, attempts } = await sendAgain(local, context, { ...outcome, again: verdict.again, body })
    return { ...settled, isSettled, attempts: [...settled.attempts, ...attempts] }
  }
  await tables.requests.bulkDelete([entry.entryId])
  return settled
}

/** Of each operation, and of no other: what somebody else's id was told of would be lost for the one it was meant for. */
function speaksOf({ operations }: SceneBody, { judgedCount, told, again }: SceneVerdict): boolean {
  const sent = new Set(operations.map(({ operationId }) => operationId))
  const named = [...told.map(({ operationId }) => operationId), ...(again?.operationIds ?? [])]
  const isEachSentOnce = named.every((operationId) => sent.delete(operationId))
  return isEachSentOnce && judgedCount === operations.length
}

interface ToldGroup extends Omit<ToldOperation, 'operationId'> {
  readonly operations: readonly SceneOperation[]
}

/** A shape that was dragged about while offline is one thing to decide, not fifty. */
function groupByElement(told: readonly ToldOperation[], { operations }: SceneBody): readonly ToldGroup[] {
  const toldById = new Map(told.map((each) => [each.operationId, each]))
  const groups = new Map<string, ToldGroup>()
  for (const operation of operations) {
    const verdict = toldById.get(operation.operationId)
    if (verdict === undefined) continue
    const { operationId: _one, ...said } = verdict
    const key = JSON.stringify([said.kind, said.code, said.message, elementOf(operation)])
    groups.set(key, { ...said, operations: [...(groups.get(key)?.operations ?? []), operation] })
  }
  return [...groups.values()]
}

/** An interaction is about nothing but itself. */
function elementOf(operation: SceneOperation): string {
  switch (operation.type) {
    case 'AddElement':
      return operation.element.id
    case 'Interaction':
      return `/${operation.operationId}`
    case 'UpdateElement':
    case 'RemoveElement':
      return operation.id
  }
}

/**
 * The item holds a request of its own, ready to be sent by a person who has seen what the scene has: under new ids, because the server has its
 * verdict on the old ones, made now, and standing above what it met.
 */
async function tell(
  local: LocalTransaction,
  context: OutboxContext,
  { entry, now, told, body }: Outcome & { readonly told: ToldGroup; readonly body: SceneBody },
): Promise<void> {
  const { request } = entry
  const scene = request.scene ?? ''
  const timestamp = Math.max(0, Math.round(now + (await clockOffsetOf(local.tables))))
  const newId = (): string => uuidV7(now, context.random)
  const operations = told.operations.map((operation) => madeAnew(operation, { operationId: newId(), timestamp }))
  const strategy = told.kind === 'conflict' ? 'localWins' : body.strategy
  const own = await withBody(local, { ...request, requestId: newId(), retryOf: request.requestId }, { operations, strategy })
  raiseAboutRequest(local, {
    // It lies on the list alone: the batch that it was of is another matter, which may still wait.
    entry: { ...entry, request: { ...own, title: sceneTitle(scene, operations) } },
    hasPlace: false,
    now,
    kind: told.kind,
    code: told.code,
    message: told.message ?? explainCode(told.code),
  })
}

function madeAnew(operation: SceneOperation, made: { readonly operationId: string; readonly timestamp: number }): SceneOperation {
  switch (operation.type) {
    case 'AddElement':
      return { ...operation, ...made, element: Object.assign({}, operation.element, { updatedAt: made.timestamp }) }
    case 'Interaction':
      return { ...operation, ...made }
    case 'UpdateElement':
    case 'RemoveElement': {
      const { baseUpdatedAt: _seen, ...kept } = operation
      return { ...kept, ...made }
    }
  }
}

/** They are the same operations still: the server has no verdict on them. */
async function sendAgain(
  local: LocalTransaction,
  context: OutboxContext,
  { entry, now, again, body }: Outcome & { readonly again: NonNullable<SceneVerdict['again']>; readonly body: SceneBody },
): Promise<SettledRequest> {
  const wanted = new Set(again.operationIds)
  const operations = body.operations.filter(({ operationId }) => wanted.has(operationId))
  // Another body under the same key would be misuse of it.
  const named = { ...entry.request, idempotencyKey: uuidV7(now, context.random) }
  const request = { ...(await withBody(local, named, { ...body, operations })), title: sceneTitle(named.scene ?? '', operations) }
  return countAttempt(local, context, { entry: { ...entry, request }, message: again.message, now })
}

async function withBody({ tables }: LocalTransaction, request: CapturedRequest, body: SceneBody): Promise<CapturedRequest> {
  const bytes = encodeSceneBody(body)
  const bodyId = request.requestId
  await tables.requestBodies.put({ bodyId, bytes })
  return { ...request, body: { bodyId, byteCount: bytes.byteLength } }
}
