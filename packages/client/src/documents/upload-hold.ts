/** Why documents that nobody has open wait, though they could be uploaded: a code for programs and a sentence for a person. */
export interface HeldDocuments {
  readonly code: string
  readonly reason: string
}

/** What settings, power and network say of uploads that nobody asked for. */
export interface UploadHold {
  /** As of now; `undefined`: nothing stands in the way. */
  current(): HeldDocuments | undefined
  /** Calls after every change that is told. The returned function stops it. */
  subscribe(listener: () => void): () => void
  /** Before that nobody knows, and everything waits. Never rejects. */
  readonly ready: Promise<void>
}

/** For hosts that hold back nothing. */
export const nothingHeld: UploadHold = {
  current: () => undefined,
  subscribe: () => () => undefined,
  ready: Promise.resolve(),
}
