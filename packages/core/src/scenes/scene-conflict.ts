import { z } from 'zod'

/** Why an operation met something other than what its client knew. Times are ms since the epoch. */
export const sceneConflictReasonSchema = z.discriminatedUnion('type', [
  /** To be updated or removed, and not there. */
  z.object({ type: z.literal('ElementNotFound') }),
  /** To be added, and there. */
  z.object({ type: z.literal('ElementAlreadyExists') }),
  /** The stored element is later: `local` is the operation's time, `remote` the element's. */
  z.object({ type: z.literal('StaleTimestamp'), local: z.number(), remote: z.number() }),
  /** Somebody else changed the element since, or at the same time. */
  z.object({ type: z.literal('ConcurrentModification') }),
])

/** `local` is the operation, `remote` the stored element. */
export const sceneDecisionSchema = z.enum(['local', 'remote'])

export const sceneConflictSchema = z.object({
  /** `operationId`. */
  operation: z.string(),
  reason: sceneConflictReasonSchema,
  /** `false`: the strategy wanted the operation, and it could not be applied; a person has to look. */
  resolved: z.boolean(),
  /** Which of them the scene has now. */
  decision: sceneDecisionSchema,
})

/** How conflicts are settled: by time, or always one way. */
export const sceneStrategySchema = z.enum(['lastWriteWins', 'localWins', 'remoteWins'])

export type SceneConflictReason = z.infer<typeof sceneConflictReasonSchema>
export type SceneDecision = z.infer<typeof sceneDecisionSchema>
export type SceneConflict = z.infer<typeof sceneConflictSchema>
export type SceneStrategy = z.infer<typeof sceneStrategySchema>

export const defaultSceneStrategy: SceneStrategy = 'lastWriteWins'
