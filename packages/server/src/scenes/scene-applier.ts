import type { ElementOperation, SceneConflict, SceneStrategy } from '@rejoin/core'

/** Operations on the elements of a scene, with the state that they meet. Only data: it may go to another thread. */
export interface SceneJob {
  /** As the store has it. */
  readonly snapshot: Uint8Array | undefined
  readonly tail: readonly Uint8Array[]
  readonly committedAt: { readonly snapshot: number | undefined; readonly tail: Float64Array }
  /** The Yjs client id to write under; its clock goes on from the state's. */
  readonly client: number
  readonly strategy: SceneStrategy
  /** Server time, ms since the epoch. */
  readonly now: number
  readonly operations: readonly ElementOperation[]
}

/** What became of an operation on an element. */
export type ElementOutcome =
  | { readonly type: 'applied' }
  | ({ readonly type: 'conflict' } & Pick<SceneConflict, 'reason' | 'resolved' | 'decision'>)

export interface AppliedScene {
  /** All of it as one Yjs V1 update; `undefined` where nothing changes. */
  readonly update: Uint8Array | undefined
  /** One for each operation, in order. */
  readonly outcomes: readonly ElementOutcome[]
}

export type SceneApplication =
  | { readonly type: 'done'; readonly answer: AppliedScene }
  /** It took too long or too much memory, or the state is not what Yjs makes. */
  | { readonly type: 'failed' }
  /** Too many wait already. */
  | { readonly type: 'busy' }

/** Applies operations to a scene away from the main thread. */
export interface SceneApplier {
  apply(job: SceneJob): Promise<SceneApplication>
}
