/** What the work with scenes leaves behind, read when somebody asks for metrics. */
export interface SceneCounters {
  /** Batches that were answered, those of repeats alone too. */
  batches: number
  /** Times that a batch was tried again. */
  retries: number
  /** `repeated`: had its verdict before. Interactions are among the applied. */
  readonly operationsByOutcome: Map<'applied' | 'conflict' | 'failed' | 'repeated', number>
  interactions: number
}

export function createSceneCounters(): SceneCounters {
  return { batches: 0, retries: 0, operationsByOutcome: new Map(), interactions: 0 }
}
