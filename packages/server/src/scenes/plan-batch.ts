import type { SceneOperation } from '@rejoin/core'
import type { KeptVerdict } from '../relay/document-store.ts'
import type { PreparedOperation } from './prepare-operations.ts'
import type { ElementOutcome } from './scene-applier.ts'
import { readVerdict } from './scene-verdict.ts'
import type { JudgedOperation, OperationOutcome } from './summarize-batch.ts'

/** An operation that nobody has judged yet. */
export interface FreshOperation {
  readonly operation: SceneOperation
  readonly intentionHash: string
}

export interface BatchPlan {
  /** In the order of the batch. */
  readonly fresh: readonly FreshOperation[]
  /** The batch, once there is an outcome for each fresh operation, in order. */
  judge(outcomes: readonly ElementOutcome[]): readonly JudgedOperation[]
}

type Step =
  | { readonly type: 'known'; readonly outcome: OperationOutcome; readonly isRepeat: boolean }
  /** Position among the fresh ones. */
  | { readonly type: 'fresh'; readonly index: number; readonly isRepeat: boolean }

const idReused = { type: 'failed', code: 'ID_REUSED', message: 'this operationId was used for something else' } as const

/**
 * Tells what is new in a batch from what had its verdict, before it or earlier in it. An id with another intention, or of another user, is
 * refused, and nothing is said of the first. Throws where a kept verdict cannot be read.
 */
export function planBatch(prepared: readonly PreparedOperation[], kept: readonly KeptVerdict[], user: string | null): BatchPlan {
  const keptById = new Map(kept.map((verdict) => [verdict.operationId, verdict]))
  const freshById = new Map<string, { readonly intentionHash: string; readonly index: number }>()
  const fresh: FreshOperation[] = []

  const stepOf = (each: PreparedOperation): Step => {
    const { operationId } = each
    if (each.type === 'refused') {
      const { code, message } = each
      return { type: 'known', outcome: { type: 'failed', code, message }, isRepeat: false }
    }
    const { intentionHash, operation } = each
    const before = keptById.get(operationId)
    if (before !== undefined) {
      const isSame = before.intentionHash === intentionHash && before.user === user
      return isSame
        ? { type: 'known', outcome: readVerdict(before.verdict), isRepeat: true }
        : { type: 'known', outcome: idReused, isRepeat: false }
    }
    const earlier = freshById.get(operationId)
    if (earlier !== undefined)
      return earlier.intentionHash === intentionHash
        ? { type: 'fresh', index: earlier.index, isRepeat: true }
        : { type: 'known', outcome: idReused, isRepeat: false }
    const index = fresh.push({ operation, intentionHash }) - 1
    freshById.set(operationId, { intentionHash, index })
    return { type: 'fresh', index, isRepeat: false }
  }
  const steps = prepared.map(stepOf)

  return {
    fresh,
    judge: (outcomes) =>
      steps.map((step, position) => {
        const operationId = prepared[position]?.operationId ?? ''
        const outcome = step.type === 'known' ? step.outcome : outcomes[step.index]
        if (outcome === undefined) throw new Error('an operation was left without an outcome')
        return { operationId, outcome, isRepeat: step.isRepeat }
      }),
  }
}
