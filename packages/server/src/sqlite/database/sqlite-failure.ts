import { DocumentStoreError } from '../../document-log/document-store-error.ts'

/** Primary result codes of SQLite (the low byte of the extended ones). */
const resultCode = {
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const

export function isBusy(error: unknown): boolean {
  return codeOf(error) === resultCode.busy
}

/** Turns what a failed statement threw into the store's error. */
export function storeErrorFrom(error: unknown): DocumentStoreError {
  if (error instanceof DocumentStoreError) return error
  const message = error instanceof Error ? error.message : String(error)
  const code = codeOf(error)
  const isDamaged = code === resultCode.corrupt || code === resultCode.notADatabase
  if (isDamaged) return new DocumentStoreError('corrupt', `the database is damaged: ${message}`, { cause: error })
  return new DocumentStoreError('failed', message, { cause: error })
}

/**
 * Whether a failed write leaves the writer unsure of what the disk holds. After a failed fsync the operating system may have dropped the
 * dirty pages, so trying again could succeed without being durable. A full disk is no such case: SQLite rolled back, space may come.
 */
export function isUnsureAfter(error: unknown): boolean {
  const code = codeOf(error)
  return (
    code === resultCode.ioError ||
    code === resultCode.corrupt ||
    code === resultCode.readOnly ||
    code === resultCode.cannotOpen ||
    code === resultCode.notADatabase
  )
}

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}
