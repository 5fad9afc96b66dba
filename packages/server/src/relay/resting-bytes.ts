/** Larger ones stay as they are: the allocator gives them pages of their own, which go back to the system with them. */
const movedBytesMax = 128 * 1024

/**
 * Bytes that nobody needs for now, on the JavaScript heap: a string of one byte a character. What an `ArrayBuffer` holds lives outside of
 * that heap, in one with everything that comes and goes, and what stays keeps the pages around it from going back (5,000 rooms of 10 KB:
 * 40 MB of holes, and 70 % of their memory still resident when they were forgotten). V8 moves what is left together, and shrinks.
 */
export type RestingBytes = string | Uint8Array

/** Takes a copy, except of large ones. */
export function restBytes(bytes: Uint8Array): RestingBytes {
  if (bytes.length > movedBytesMax) return bytes
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')
}

/** The bytes again; not to be written to. */
export function wakeBytes(resting: RestingBytes): Uint8Array {
  return typeof resting === 'string' ? Buffer.from(resting, 'latin1') : resting
}
