/**
 * - `quotaExceeded`: the device is full; the same call may succeed later
 * - `versionChanged`: another tab upgraded or deleted the database; the page has to be reloaded
 * - `connectionLost`: the browser cut the connection twice in a row; whether a write took effect is unknown, repeating it is safe
 * - `unavailable`: there is no usable IndexedDB
 * - `corrupt`: what is stored is not what this code wrote; nothing is given rather than a part of it
 * - `otherGeneration`: the copy belongs to another life of the document
 * - `closed`: the store was closed by its owner
 */
export type StoreErrorCode =
  | 'quotaExceeded'
  | 'versionChanged'
  | 'connectionLost'
  | 'unavailable'
  | 'corrupt'
  | 'otherGeneration'
  | 'closed'

/** How every promise of a document store rejects. `cause` is the browser's own error, where there was one. */
export class StoreError extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'StoreError'
    this.code = code
  }
}
