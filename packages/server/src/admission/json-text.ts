import { type ByteCursor, fail } from './byte-cursor.ts'
import { forbiddenKey, isAscii } from './text.ts'

const byteOf = {
  quote: 0x22,
  plus: 0x2b,
  comma: 0x2c,
  minus: 0x2d,
  dot: 0x2e,
  zero: 0x30,
  nine: 0x39,
  colon: 0x3a,
  openList: 0x5b,
  backslash: 0x5c,
  smallA: 0x61,
  smallE: 0x65,
  smallF: 0x66,
  smallU: 0x75,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const
/** Set in small letters, clear in capitals. */
const smallLetterBit = 0x20
const simpleEscapes = new Set(Array.from('"\\/bfnrt', (character) => character.charCodeAt(0)))
/** A closing bracket is its opening one and two, in ASCII. */
const closingDistance = 2
const literals = ['true', 'false', 'null']
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Skips one JSON text that ends at `end`, exactly as `JSON.parse` would take it, but without building it: a parser would make a
 * million nested lists before anybody could object, and takes a second for a million small texts. The bytes are valid UTF-8.
 */
export function skipJsonText(cursor: ByteCursor, end: number, depthMax: number): void {
  /** Closing bytes of the lists and objects that are open; most texts have none. */
  let open: number[] | undefined
  while (cursor.problem === undefined) {
    skipSpace(cursor, end)
    const first = peek(cursor, end)
    if (first !== byteOf.openList && first !== byteOf.openObject) skipScalar(cursor, end, first)
    else if ((open?.length ?? 0) === depthMax) fail(cursor, `a JSON value is nested deeper than ${depthMax}`)
    else if (enterContainer(cursor, end, first + closingDistance)) {
      ;(open ??= []).push(first + closingDistance)
      continue
    }
    if (leaveContainers(cursor, end, open)) return
  }
}

/** Whether the container has something in it; then the cursor stands before its first value. */
function enterContainer(cursor: ByteCursor, end: number, closing: number): boolean {
  cursor.position += 1
  skipSpace(cursor, end)
  if (peek(cursor, end) === closing) {
    cursor.position += 1
    return false
  }
  if (closing === byteOf.closeObject) skipName(cursor, end)
  return true
}

/** Behind a value: closes what ends there, up to the next value. Whether the text ends. */
function leaveContainers(cursor: ByteCursor, end: number, open: number[] | undefined): boolean {
  while (cursor.problem === undefined) {
    skipSpace(cursor, end)
    const closing = open?.at(-1)
    if (closing === undefined) {
      if (cursor.position !== end) failJson(cursor)
      return true
    }
    const next = peek(cursor, end)
    cursor.position += 1
    if (next === closing) open?.pop()
    else if (next === byteOf.comma) {
      if (closing === byteOf.closeObject) skipName(cursor, end)
      return false
    } else failJson(cursor)
  }
  return true
}

function skipName(cursor: ByteCursor, end: number): void {
  skipSpace(cursor, end)
  const start = cursor.position
  if (peek(cursor, end) !== byteOf.quote) failJson(cursor)
  skipString(cursor, end)
  if (cursor.problem !== undefined) return
  if (isForbidden(cursor.bytes, start + 1)) fail(cursor, 'a key is named __proto__')
  skipSpace(cursor, end)
  if (peek(cursor, end) === byteOf.colon) cursor.position += 1
  else failJson(cursor)
}

function skipScalar(cursor: ByteCursor, end: number, first: number): void {
  if (first === byteOf.quote) skipString(cursor, end)
  else if (first === byteOf.minus || isDigit(first)) skipNumber(cursor, end)
  else skipLiteral(cursor, end)
}

/** Whether the string from here on, which is well-formed, spells the forbidden key, in plain letters or in escapes. */
function isForbidden(bytes: Uint8Array, start: number): boolean {
  let position = start
  for (let index = 0; index < forbiddenKey.length; index++) {
    const isEscape = bytes[position] === byteOf.backslash && bytes[position + 1] === byteOf.smallU
    const unit = isEscape ? readHexUnit(bytes, position + 2) : bytes[position]
    if (unit !== forbiddenKey.charCodeAt(index)) return false
    position += isEscape ? 6 : 1
  }
  return bytes[position] === byteOf.quote
}

function skipString(cursor: ByteCursor, end: number): void {
  let position = cursor.position + 1
  while (position < end) {
    const byte = cursor.bytes[position] ?? 0
    if (byte === byteOf.quote) {
      cursor.position = position + 1
      return
    }
    if (byte < 0x20) break
    if (byte === byteOf.backslash) {
      const width = escapeWidth(cursor, position + 1, end)
      if (width === 0) break
      position += width
    }
    position += 1
  }
  failJson(cursor)
}

/** How many bytes follow the backslash; 0 where that is no escape. */
function escapeWidth(cursor: ByteCursor, position: number, end: number): number {
  const kind = position < end ? (cursor.bytes[position] ?? 0) : 0
  if (kind !== byteOf.smallU) return simpleEscapes.has(kind) ? 1 : 0
  if (position + 5 > end) return 0
  for (let digit = position + 1; digit < position + 5; digit++) if (!isHexDigit(cursor.bytes[digit] ?? 0)) return 0
  return 5
}

function skipNumber(cursor: ByteCursor, end: number): void {
  const start = cursor.position
  if (peek(cursor, end) === byteOf.minus) cursor.position += 1
  if (peek(cursor, end) === byteOf.zero) cursor.position += 1
  else skipDigits(cursor, end)
  if (peek(cursor, end) === byteOf.dot) {
    cursor.position += 1
    skipDigits(cursor, end)
  }
  const hasExponent = (peek(cursor, end) | smallLetterBit) === byteOf.smallE
  if (hasExponent) skipExponent(cursor, end)
  // Too large for a double, it would be read as infinite and written back as null.
  const mayBeTooLarge = hasExponent || cursor.position - start > 300
  if (mayBeTooLarge && cursor.problem === undefined && !Number.isFinite(Number(decode(cursor, start)))) failJson(cursor)
}

function skipExponent(cursor: ByteCursor, end: number): void {
  cursor.position += 1
  const sign = peek(cursor, end)
  if (sign === byteOf.minus || sign === byteOf.plus) cursor.position += 1
  skipDigits(cursor, end)
}

function skipDigits(cursor: ByteCursor, end: number): void {
  if (!isDigit(peek(cursor, end))) failJson(cursor)
  while (isDigit(peek(cursor, end))) cursor.position += 1
}

function skipLiteral(cursor: ByteCursor, end: number): void {
  const literal = literals.find((word) => cursor.position + word.length <= end && isAscii(cursor.bytes, cursor.position, word))
  if (literal === undefined) failJson(cursor)
  else cursor.position += literal.length
}

function skipSpace(cursor: ByteCursor, end: number): void {
  for (let byte = peek(cursor, end); byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09; byte = peek(cursor, end))
    cursor.position += 1
}

/** The byte at the cursor, or 0 at the end, which is no byte of JSON. */
function peek(cursor: ByteCursor, end: number): number {
  return cursor.position < end ? (cursor.bytes[cursor.position] ?? 0) : 0
}

function isDigit(byte: number): boolean {
  return byte >= byteOf.zero && byte <= byteOf.nine
}

function isHexDigit(byte: number): boolean {
  const letter = byte | smallLetterBit
  return isDigit(byte) || (letter >= byteOf.smallA && letter <= byteOf.smallF)
}

/** Four hexadecimal digits. */
function readHexUnit(bytes: Uint8Array, start: number): number {
  let unit = 0
  for (let position = start; position < start + 4; position++) {
    const byte = bytes[position] ?? 0
    unit = unit * 16 + (isDigit(byte) ? byte - byteOf.zero : (byte | smallLetterBit) - byteOf.smallA + 10)
  }
  return unit
}

/** What lies between `start` and the cursor. */
function decode(cursor: ByteCursor, start: number): string {
  return decoder.decode(cursor.bytes.subarray(start, cursor.position))
}

function failJson(cursor: ByteCursor): void {
  fail(cursor, 'a value is not valid JSON')
}
