/** What is known of a verdict's code. */
export interface ResultCodeFacts {
  /** Whether the same operation, unchanged, may succeed later: then no verdict is kept. */
  readonly isRetryable: boolean
}

/** The closed table of what can be said of an operation. docs/errors.md explains each; a test holds the two equal. */
export const resultCodeTable = {
  VALIDATION_ERROR: { isRetryable: false },
  TENANT_MISMATCH: { isRetryable: false },
  NOT_FOUND: { isRetryable: false },
  ALREADY_EXISTS: { isRetryable: false },
  CONFLICT: { isRetryable: false },
  CONFLICT_RESOLVED: { isRetryable: false },
  IMMUTABLE: { isRetryable: false },
  DELETED: { isRetryable: false },
  FORBIDDEN: { isRetryable: false },
  RATE_LIMITED: { isRetryable: true },
  ID_REUSED: { isRetryable: false },
  DEVICE_FORKED: { isRetryable: true },
  DEPENDENCY_FAILED: { isRetryable: false },
  UPGRADE_REQUIRED: { isRetryable: true },
  TOO_LARGE: { isRetryable: false },
  INTERNAL: { isRetryable: true },
} as const satisfies Record<string, ResultCodeFacts>

export type ResultCode = keyof typeof resultCodeTable

export function isResultCode(code: unknown): code is ResultCode {
  return typeof code === 'string' && Object.hasOwn(resultCodeTable, code)
}
