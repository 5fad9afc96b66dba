import { crc32 } from 'node:zlib'
import { DocumentStoreError } from '../../document-log/document-store-error.ts'
import type { LogRun } from './log-run.ts'

/** A run inside the body of a journal entry. */
export interface JournalRun extends LogRun {
  /** Where its rows begin in the body. */
  readonly offset: number
  readonly byteLength: number
}

/** log id (4 bytes), rows (4), first sequence number (8), time (8), offset (4), length (4), checksum (4); little-endian. */
const runBytes = 36

/** The table of contents of a journal entry: its runs in the order they were appended. */
export function encodeRuns(runs: readonly JournalRun[]): Uint8Array {
  const bytes = new Uint8Array(runs.length * runBytes)
  const view = new DataView(bytes.buffer)
  for (const [index, run] of runs.entries()) {
    const at = index * runBytes
    view.setUint32(at, run.logId, true)
    view.setUint32(at + 4, run.rowCount, true)
    view.setFloat64(at + 8, run.firstSeq, true)
    view.setFloat64(at + 16, run.at, true)
    view.setUint32(at + 24, run.offset, true)
    view.setUint32(at + 28, run.byteLength, true)
    view.setUint32(at + 32, run.checksum, true)
  }
  return bytes
}

/**
 * The runs of a table of contents, those of one log where it is given. Throws `corrupt` where the table is not what was written: a run
 * that cannot be attributed could be the last of any document, so none of them may be served.
 */
export function decodeRuns(bytes: Uint8Array, checksum: number, logId?: number): JournalRun[] {
  if (crc32(bytes) !== checksum)
    throw new DocumentStoreError('corrupt', 'checksum mismatch in the table of contents of a journal entry')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const runs: JournalRun[] = []
  for (let at = 0; at < bytes.byteLength; at += runBytes) {
    if (logId !== undefined && view.getUint32(at, true) !== logId) continue
    runs.push({
      logId: view.getUint32(at, true),
      rowCount: view.getUint32(at + 4, true),
      firstSeq: view.getFloat64(at + 8, true),
      at: view.getFloat64(at + 16, true),
      offset: view.getUint32(at + 24, true),
      byteLength: view.getUint32(at + 28, true),
      checksum: view.getUint32(at + 32, true),
    })
  }
  return runs
}
