import { crc32 } from 'node:zlib'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'

/** Rows of one log that follow one another. */
export interface LogRun {
  readonly logId: number
  readonly firstSeq: number
  readonly rowCount: number
  /** Server time of the last row, ms since the epoch. */
  readonly at: number
  readonly checksum: number
}

/** CRC-32 over stored bytes, seeded with where they belong: the same bytes under another log or sequence number do not pass. */
export function checksumOf(bytes: Uint8Array, { logId, firstSeq, rowCount }: Omit<LogRun, 'at' | 'checksum'>): number {
  const place = Math.imul(logId, 0x9e3779b1) ^ Math.imul(firstSeq, 0x85ebca6b) ^ Math.imul(rowCount, 0xc2b2ae35)
  return crc32(bytes, place >>> 0)
}

export function lastSeqOf({ firstSeq, rowCount }: Pick<LogRun, 'firstSeq' | 'rowCount'>): number {
  return firstSeq + rowCount - 1
}

/** Throws `corrupt` where the bytes are not those that were written at this place. */
export function assertIntact(bytes: Uint8Array, run: LogRun): void {
  if (checksumOf(bytes, run) === run.checksum) return
  throw new DocumentStoreError('corrupt', `checksum mismatch in log ${run.logId}, sequence ${run.firstSeq} to ${lastSeqOf(run)}`)
}
