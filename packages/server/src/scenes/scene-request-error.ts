import { factsOf, type ErrorCode } from '@rejoin/core'

/** A batch as a whole that cannot be taken: nothing of it happened. */
export class SceneRequestError extends Error {
  override readonly name = 'SceneRequestError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }

  /** Whether the same batch may succeed later. */
  get isRetryable(): boolean {
    return factsOf(this.code).isRetryable
  }
}
