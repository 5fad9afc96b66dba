import { type ByteCursor, fail, readVarUint } from './byte-cursor.ts'

export const forbiddenKey = '__proto__'

/** Shorter strings are counted byte by byte. */
const decodeBytesMin = 1024
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Skips a string and returns its length in UTF-16 units, which is how Yjs counts clocks. Refuses invalid UTF-8. */
export function skipText(cursor: ByteCursor): number {
  const byteLength = readVarUint(cursor)
  const start = cursor.position
  if (byteLength > cursor.end - start) return fail(cursor, 'the update ends inside a string')
  const end = start + byteLength
  const units = byteLength > decodeBytesMin ? countDecoded(cursor.bytes, start, end) : countUnits(cursor.bytes, start, end)
  if (units < 0) return fail(cursor, 'a string is not valid UTF-8')
  cursor.position = end
  return units
}

/**
 * Skips a string that becomes a key. `__proto__` is refused: in the plain objects that readers build,
 * its value would become the object's prototype.
 */
export function skipKey(cursor: ByteCursor): void {
  if (isAtText(cursor.bytes, cursor.position, forbiddenKey)) fail(cursor, 'a key is named __proto__')
  else skipText(cursor)
}

/** Whether the string at `position` is this one: ASCII, shorter than 128. */
export function isAtText(bytes: Uint8Array, position: number, text: string): boolean {
  return bytes[position] === text.length && isAscii(bytes, position + 1, text)
}

/** Whether these characters stand at `position`. */
export function isAscii(bytes: Uint8Array, position: number, text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    if (bytes[position + index] !== text.charCodeAt(index)) return false
  }
  return true
}

/** UTF-16 units in well-formed UTF-8, or a negative number where it is not well-formed (a surrogate, too long a form, cut off). */
function countUnits(bytes: Uint8Array, start: number, end: number): number {
  let units = 0
  let position = start
  while (position < end) {
    const width = (bytes[position] ?? 0) < 0x80 ? 1 : sequenceWidth(bytes, position, end)
    if (width === 0) return -1
    units += width === 4 ? 2 : 1
    position += width
  }
  return units
}

/** The same for long strings, where the engine's own decoder is faster, although it builds the string. */
function countDecoded(bytes: Uint8Array, start: number, end: number): number {
  try {
    return decoder.decode(bytes.subarray(start, end)).length
  } catch {
    return -1
  }
}

/** Width in bytes of the multi-byte sequence at `position`; 0 where it is not well-formed (Unicode standard, table 3-7). */
function sequenceWidth(bytes: Uint8Array, position: number, end: number): number {
  const first = bytes[position] ?? 0
  const width = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
  const isWellFormed =
    width > 0 &&
    position + width <= end &&
    isSecond(first, bytes[position + 1] ?? 0) &&
    hasTails(bytes, position + 2, position + width)
  return isWellFormed ? width : 0
}

/** Four first bytes narrow the second: against forms that are too long, surrogates, and what lies beyond U+10FFFF. */
function isSecond(first: number, second: number): boolean {
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf
  return second >= lowest && second <= highest
}

function hasTails(bytes: Uint8Array, from: number, to: number): boolean {
  for (let position = from; position < to; position++) {
    if (((bytes[position] ?? 0) & 0xc0) !== 0x80) return false
  }
  return true
}
