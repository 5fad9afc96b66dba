import {
  detectConflict,
  elementIdOf,
  resolveConflict,
  sceneSyncResultSchema,
  type ElementOperation,
  type SceneConflict,
  type SceneElement,
  type SceneOperation,
  type SceneSyncFailure,
} from '@rejoin/core'
import { readSceneBody } from '../outbox/scene-body.ts'
import type { ReplayReply, RequestReplayer, RequestToReplay } from '../sync/request-replayer.ts'

/** The scenes of a sync server, and the way to it: each operation takes effect once, conflicts are settled as the server settles them. */
export class FakeSceneServer implements RequestReplayer {
  readonly received: RequestToReplay[] = []
  readonly elements = new Map<string, SceneElement>()
  /** Operations that had an effect, in order. */
  readonly applied: SceneOperation[] = []
  /** What stands before the server answers; `undefined`: it does. */
  refuse: (request: RequestToReplay) => ReplayReply | undefined = () => undefined
  /** The answer gets lost. */
  isAnswerLost = false
  /** Operations that fail, for now or for good. */
  fail: (operation: SceneOperation) => Omit<SceneSyncFailure, 'operation'> | undefined = () => undefined
  readonly #verdicts = new Map<string, Verdict>()

  replay(request: RequestToReplay): Promise<ReplayReply> {
    this.received.push(request)
    const reply = this.refuse(request) ?? this.#answer(request)
    return Promise.resolve(this.isAnswerLost ? { type: 'unreachable', message: 'the answer was lost' } : reply)
  }

  get batches(): readonly (readonly SceneOperation[])[] {
    return this.received.map(({ body }) => readSceneBody(body ?? new Uint8Array())?.operations ?? [])
  }

  #answer({ body = new Uint8Array() }: RequestToReplay): ReplayReply {
    const { operations, strategy = 'lastWriteWins' } = readSceneBody(body) ?? { operations: [] }
    const conflicts: SceneConflict[] = []
    const failedOperations: SceneSyncFailure[] = []
    for (const operation of operations) {
      const { operationId } = operation
      const known = this.#verdicts.get(operationId)
      const failure = known === undefined ? this.fail(operation) : undefined
      if (failure?.retryable === true) {
        failedOperations.push({ operation: operationId, ...failure })
        continue
      }
      const verdict = known ?? (failure === undefined ? this.#apply(operation, strategy) : { failure })
      this.#verdicts.set(operationId, verdict)
      if (verdict.failure !== undefined) failedOperations.push({ operation: operationId, ...verdict.failure })
      if (verdict.conflict !== undefined) conflicts.push(verdict.conflict)
    }
    const lostCount = conflicts.filter(({ decision }) => decision === 'remote').length
    const result = {
      success: failedOperations.length === 0 && conflicts.every(({ resolved }) => resolved),
      syncedCount: operations.length - lostCount - failedOperations.length,
      conflictCount: conflicts.length,
      failedCount: failedOperations.length,
      conflicts,
      failedOperations,
      durationMs: 1,
      timestamp: '2026-11-21T12:00:00.000Z',
      retryAttempts: 0,
    }
    return { type: 'scene', result: sceneSyncResultSchema.parse(result) }
  }

  #apply(operation: SceneOperation, strategy: 'lastWriteWins' | 'localWins' | 'remoteWins'): Verdict {
    if (operation.type === 'Interaction') {
      this.applied.push(operation)
      return {}
    }
    const element = this.elements.get(elementIdOf(operation))
    const stored = element && { updatedAt: element.updatedAt, updatedBy: element.updatedBy, committedAt: element.updatedAt }
    const reason = detectConflict(operation, stored)
    const settled = reason && resolveConflict(operation, stored, strategy)
    if (settled?.decision !== 'remote') this.#write(operation, element)
    return reason === undefined || settled === undefined
      ? {}
      : { conflict: { operation: operation.operationId, reason, ...settled } }
  }

  #write(operation: ElementOperation, element: SceneElement | undefined): void {
    this.applied.push(operation)
    const { timestamp: updatedAt, clientId: updatedBy } = operation
    if (operation.type === 'RemoveElement') this.elements.delete(operation.id)
    else if (operation.type === 'AddElement')
      this.elements.set(operation.element.id, { ...operation.element, updatedAt, updatedBy })
    else if (element !== undefined)
      this.elements.set(operation.id, Object.assign({}, element, operation.changes, { updatedAt, updatedBy }))
  }
}

interface Verdict {
  readonly conflict?: SceneConflict
  readonly failure?: Omit<SceneSyncFailure, 'operation'>
}
