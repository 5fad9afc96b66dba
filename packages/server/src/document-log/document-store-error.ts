/**
 * Why a store could not do what it was asked.
 * - `corrupt`: stored bytes are not what was written (checksum, sequence gap, damaged file); the document is unavailable, never blank.
 * - `failed`: this one attempt failed and wrote nothing; the next may work (a full disk, a worker that ran out of time).
 * - `refusing`: the disk failed during a write; nothing more is written until the store is opened again.
 * - `locked`: another process holds the data folder.
 * - `closed`: the store is closed or closing.
 * - `invalid`: the request itself broke the interface's rules.
 */
export type DocumentStoreErrorCode = 'corrupt' | 'failed' | 'refusing' | 'locked' | 'closed' | 'invalid'

export class DocumentStoreError extends Error {
  override readonly name = 'DocumentStoreError'
  readonly code: DocumentStoreErrorCode

  constructor(code: DocumentStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
