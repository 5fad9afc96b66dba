import { sceneConflictSchema, type SceneOperation } from '@rejoin/core'
import { z } from 'zod'
import type { ElementOutcome } from './scene-applier.ts'

/** As it comes back from the store, and from the thread that applies operations. */
export const elementOutcomeSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('applied') }),
  z.object({ type: z.literal('conflict'), ...sceneConflictSchema.omit({ operation: true }).shape }),
])

/** What is kept of an operation: its verdict, and for whoever reads the log what it was about. */
export function writeVerdict(outcome: ElementOutcome, operation: SceneOperation, strategy: string): string {
  return JSON.stringify({ ...outcome, ...(outcome.type === 'conflict' && { strategy }), operation: factsOf(operation) })
}

/** Throws where that is no verdict: damage is no reason to apply an operation again. */
export function readVerdict(verdict: string): ElementOutcome {
  return elementOutcomeSchema.parse(JSON.parse(verdict))
}

/** Who did what to which element; what it looks like now is in the document. */
function factsOf(operation: SceneOperation): object {
  const { type, clientId, timestamp } = operation
  switch (operation.type) {
    case 'AddElement':
      return { type, clientId, timestamp, id: operation.element.id }
    case 'UpdateElement':
      return { type, clientId, timestamp, id: operation.id, fields: Object.keys(operation.changes) }
    case 'RemoveElement':
      return { type, clientId, timestamp, id: operation.id }
    case 'Interaction':
      return { type, clientId, timestamp, id: operation.id, kind: operation.kind, at: operation.at }
  }
}
