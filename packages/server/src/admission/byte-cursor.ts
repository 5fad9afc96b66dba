/**
 * A position in bytes that came from outside. Reading never throws: the first thing that is wrong becomes `problem`,
 * the position jumps to the end, and every later read answers 0, so that any loop over it runs dry.
 */
export interface ByteCursor {
  readonly bytes: Uint8Array
  readonly end: number
  position: number
  /** One sentence without payload bytes. */
  problem: string | undefined
}

export function createByteCursor(bytes: Uint8Array): ByteCursor {
  return { bytes, end: bytes.length, position: 0, problem: undefined }
}

/** Always 0, so that a reader can `return fail(…)`. */
export function fail(cursor: ByteCursor, problem: string): 0 {
  cursor.problem ??= problem
  cursor.position = cursor.end
  return 0
}

/** A whole number up to 2^53 - 1 in its shortest form: a longer form of the same number could hide a repeat from us. */
export function readVarUint(cursor: ByteCursor): number {
  const first = cursor.bytes[cursor.position]
  if (first !== undefined && first < 0x80) {
    cursor.position += 1
    return first
  }
  return readVarUintFrom(cursor, 0, 1)
}

/** Skips a signed number; 0 with a minus sign is how stock clients write -0. */
export function skipVarInt(cursor: ByteCursor): void {
  const first = cursor.bytes[cursor.position]
  if (first === undefined) fail(cursor, 'the update ends inside a number')
  else if (first < 0x80) cursor.position += 1
  else {
    cursor.position += 1
    readVarUintFrom(cursor, first & 0x3f, 0x40)
  }
}

/** A declared number of things of which each takes at least `bytesEach`: believed only if so many can follow. */
export function readCount(cursor: ByteCursor, bytesEach: number): number {
  const count = readVarUint(cursor)
  return count * bytesEach > cursor.end - cursor.position ? fail(cursor, 'the update declares more than it holds') : count
}

export function skipBytes(cursor: ByteCursor, count: number): void {
  if (count > cursor.end - cursor.position) fail(cursor, 'the update ends inside a value')
  else cursor.position += count
}

function readVarUintFrom(cursor: ByteCursor, low: number, lowScale: number): number {
  const { bytes } = cursor
  let { position } = cursor
  let value = low
  // At the eighth byte the number has 49 to 56 bits; no ninth can belong to a number up to 2^53 - 1.
  for (let scale = lowScale; scale <= 2 ** 49; scale *= 128) {
    const byte = bytes[position++]
    if (byte === undefined) return fail(cursor, 'the update ends inside a number')
    value += (byte & 0x7f) * scale
    if (byte < 0x80) {
      if (byte === 0 && scale > 1) return fail(cursor, 'a number is not in its shortest form')
      if (value > Number.MAX_SAFE_INTEGER) return fail(cursor, 'a number is larger than 2^53 - 1')
      cursor.position = position
      return value
    }
  }
  return fail(cursor, 'a number is larger than 2^53 - 1')
}
