export interface ErrorFacts {
  /** WebSocket close code, where this error ends a connection. 44xx: coming back cannot help; others: come back. */
  readonly closeCode?: number
  /** HTTP status, where this error answers a request. */
  readonly httpStatus?: number
  /** Whether the same attempt, unchanged, may succeed later. */
  readonly isRetryable: boolean
}

/** The closed table of everything that can be refused. docs/errors.md explains each; a test holds the two equal. */
export const errorTable = {
  BAD_FRAME: { closeCode: 4400, httpStatus: 400, isRetryable: false },
  BAD_NAME: { closeCode: 4400, httpStatus: 400, isRetryable: false },
  BAD_REQUEST: { httpStatus: 400, isRetryable: false },
  UNAUTHENTICATED: { closeCode: 4401, httpStatus: 401, isRetryable: false },
  FORBIDDEN: { closeCode: 4403, httpStatus: 403, isRetryable: false },
  FOREIGN_ORIGIN: { httpStatus: 403, isRetryable: false },
  CLIENT_BOUND: { closeCode: 4403, httpStatus: 403, isRetryable: false },
  NOT_FOUND: { httpStatus: 404, isRetryable: false },
  DELETED: { closeCode: 4404, httpStatus: 404, isRetryable: false },
  METHOD_NOT_ALLOWED: { httpStatus: 405, isRetryable: false },
  NOT_ACCEPTABLE: { httpStatus: 406, isRetryable: false },
  OTHER_GENERATION: { closeCode: 4404, httpStatus: 409, isRetryable: false },
  CONFLICT: { httpStatus: 409, isRetryable: false },
  NOT_DELETED: { httpStatus: 409, isRetryable: false },
  TOO_LARGE: { closeCode: 4413, httpStatus: 413, isRetryable: false },
  UNSUPPORTED_MEDIA_TYPE: { httpStatus: 415, isRetryable: false },
  PROTOCOL_UNSUPPORTED: { closeCode: 4426, httpStatus: 426, isRetryable: false },
  TOKEN_EXPIRED: { closeCode: 4501, httpStatus: 401, isRetryable: true },
  TOO_SLOW: { closeCode: 4508, httpStatus: 408, isRetryable: true },
  RESYNC_FAILED: { closeCode: 4509, httpStatus: 409, isRetryable: true },
  TOO_FAST: { closeCode: 4529, httpStatus: 429, isRetryable: true },
  RESTARTING: { closeCode: 1012, httpStatus: 503, isRetryable: true },
  OVERLOADED: { closeCode: 1013, httpStatus: 503, isRetryable: true },
  UNAVAILABLE: { closeCode: 1013, httpStatus: 503, isRetryable: true },
  INTERNAL: { closeCode: 1011, httpStatus: 500, isRetryable: true },
} as const satisfies Record<string, ErrorFacts>

export type ErrorCode = keyof typeof errorTable

/** The facts of a code, widened so that a missing close code or status reads as `undefined`. */
export function factsOf(code: ErrorCode): ErrorFacts {
  return errorTable[code]
}

/** Whether the server's close code says that coming back cannot help (y-websocket's own convention: 4400-4499). */
export function isPermanentClose(closeCode: number): boolean {
  return closeCode >= 4400 && closeCode <= 4499
}
