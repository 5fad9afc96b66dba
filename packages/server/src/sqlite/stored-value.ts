import { crc32 } from 'node:zlib'
import { DocumentStoreError } from '../document-log/document-store-error.ts'

/** First byte of every stored value. Compression and encryption will be other codecs. */
export const plainCodec = 0

export interface RowIdentity {
  readonly logId: number
  readonly seq: number
  readonly authorId: number | null
  /** ms since the epoch */
  readonly at: number
}

/** CRC-32 over the value, seeded with where the value belongs: bytes under another sequence number or author do not pass. */
export function rowChecksum(value: Uint8Array, { logId, seq, authorId, at }: RowIdentity): number {
  const place = Math.imul(logId, 0x9e3779b1) ^ Math.imul(seq, 0x85ebca6b)
  const origin =
    Math.imul((authorId ?? -1) + 1, 0xc2b2ae35) ^ Math.imul(at % 0x1_0000_0000, 0x27d4eb2f) ^ Math.floor(at / 0x1_0000_0000)
  return crc32(value, (place ^ origin) >>> 0)
}

/** The value as it is stored: codec byte, then the update. */
export function plainValue(update: Uint8Array): Uint8Array {
  const value = new Uint8Array(update.byteLength + 1)
  value[0] = plainCodec
  value.set(update, 1)
  return value
}

/** The update inside a stored value, as a view. Throws `corrupt` where checksum or codec do not fit. */
export function updateIn(value: Uint8Array, checksum: number, identity: RowIdentity): Uint8Array {
  if (rowChecksum(value, identity) !== checksum) {
    throw new DocumentStoreError('corrupt', `checksum mismatch in log ${identity.logId} at sequence ${identity.seq}`)
  }
  if (value[0] !== plainCodec) throw new DocumentStoreError('corrupt', `unknown codec ${value[0]} in log ${identity.logId}`)
  return value.subarray(1)
}
