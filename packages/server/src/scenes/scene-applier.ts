import type { ElementOperation, SceneConflict, SceneStrategy } from '@rejoin/core'

/** Operations on the elements of a scene, with the state that they meet. Only data: it may go to another thread. */
export interface SceneJob {
  /** Names the scene in this life of its document. */
  readonly place: string
  /** The last change that was made of this scene here is stored: whoever kept the scene as it was after it may go on from there. */
  readonly mayReuse: boolean
  /** Of the last row of the tail. */
  readonly seq: number
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

/** Applies operations to a scene away from the main thread; jobs of one place come one after the other. */
export interface SceneApplier {
  apply(job: SceneJob): Promise<SceneApplication>
}
