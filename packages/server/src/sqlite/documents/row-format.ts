import { DocumentStoreError } from '../../document-log/document-store-error.ts'
import type { LogRow, StoredSnapshot } from '../../relay/document-store.ts'

/** First byte of every stored value. Compression and encryption will be other codecs. */
const plainCodec = 0

/**
 * A row as it is stored: codec (1 byte), author (4, little-endian; 0: none), server time (6, ms since the epoch), length of the update (4),
 * update. On its way to the writer the author is the number of a string, in the database the id of an author.
 */
export const rowHeaderBytes = 15
const authorAt = 1
const timeAt = 5
const lengthAt = 11

/** Writes one row at `start`; returns where it ends. There must be room. */
export function writeRow(bytes: Uint8Array, start: number, row: LogRow, author: number): number {
  const { update } = row
  bytes[start] = plainCodec
  writeUint32(bytes, start + authorAt, author)
  writeUint32(bytes, start + timeAt, row.at % 0x1_0000_0000)
  const high = Math.floor(row.at / 0x1_0000_0000)
  bytes[start + timeAt + 4] = high
  bytes[start + timeAt + 5] = high >>> 8
  writeUint32(bytes, start + lengthAt, update.byteLength)
  bytes.set(update, start + rowHeaderBytes)
  return start + rowHeaderBytes + update.byteLength
}

/** Replaces the author of each row in `bytes` by what `authorOf` makes of it. */
export function replaceAuthors(bytes: Uint8Array, authorOf: (author: number) => number): void {
  for (let start = 0; start < bytes.byteLength; start += rowHeaderBytes + readUint32(bytes, start + lengthAt)) {
    const author = readUint32(bytes, start + authorAt)
    if (author !== 0) writeUint32(bytes, start + authorAt, authorOf(author))
  }
}

/** The updates of rows that stand one after another, as views. Throws `corrupt` where the bytes are no rows. */
export function updatesIn(bytes: Uint8Array): Uint8Array[] {
  const updates: Uint8Array[] = []
  for (let start = 0; start < bytes.byteLength;) {
    if (bytes[start] !== plainCodec) throw new DocumentStoreError('corrupt', `unknown codec ${bytes[start]} of a row`)
    const end = start + rowHeaderBytes + readUint32(bytes, start + lengthAt)
    if (end > bytes.byteLength) throw new DocumentStoreError('corrupt', 'a row ends beyond its value')
    updates.push(bytes.subarray(start + rowHeaderBytes, end))
    start = end
  }
  return updates
}

/** The times of rows that stand one after another, which `updatesIn` found to be rows. */
export function timesIn(bytes: Uint8Array): number[] {
  const times: number[] = []
  for (let start = 0; start < bytes.byteLength; start += rowHeaderBytes + readUint32(bytes, start + lengthAt)) {
    const high = (bytes[start + timeAt + 4] ?? 0) + (bytes[start + timeAt + 5] ?? 0) * 0x100
    times.push(high * 0x1_0000_0000 + readUint32(bytes, start + timeAt))
  }
  return times
}

/** A snapshot's content: the state, and what a room knows of it. */
export type SnapshotContent = Pick<StoredSnapshot, 'update' | 'known'>

const snapshotHeaderBytes = 5

/** A snapshot as it is stored: codec (1 byte), length of the known state (4, little-endian), known state, update. */
export function snapshotValue({ update, known }: SnapshotContent): Uint8Array {
  const value = new Uint8Array(snapshotHeaderBytes + known.byteLength + update.byteLength)
  value[0] = plainCodec
  writeUint32(value, 1, known.byteLength)
  value.set(known, snapshotHeaderBytes)
  value.set(update, snapshotHeaderBytes + known.byteLength)
  return value
}

/** The content of a stored snapshot, as views. */
export function contentOfSnapshot(value: Uint8Array): SnapshotContent {
  if (value[0] !== plainCodec) throw new DocumentStoreError('corrupt', `unknown codec ${value[0]} of a snapshot`)
  const updateAt = snapshotHeaderBytes + readUint32(value, 1)
  if (updateAt > value.byteLength) throw new DocumentStoreError('corrupt', 'a snapshot is shorter than it says')
  return { known: value.subarray(snapshotHeaderBytes, updateAt), update: value.subarray(updateAt) }
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value
  bytes[at + 1] = value >>> 8
  bytes[at + 2] = value >>> 16
  bytes[at + 3] = value >>> 24
}

function readUint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24)) >>> 0
}
