import { type ByteCursor, fail, readCount, readVarUint, skipBytes, skipVarInt } from './byte-cursor.ts'
import { skipJsonText } from './json-text.ts'
import { isAtText, skipKey, skipText } from './text.ts'

const objectTag = 118
const arrayTag = 117
const subdocumentOptions = ['gc', 'autoLoad', 'shouldLoad', 'meta']

/**
 * Skips one value in lib0's `any` encoding. Iterative, with a bound on nesting, because every reader of it is recursive
 * and its stack would overflow long after we had stored the bytes.
 */
export function skipValue(cursor: ByteCursor, depthMax: number): void {
  const tag = cursor.bytes[cursor.position]
  if (tag === objectTag || tag === arrayTag) skipContainer(cursor, depthMax)
  else skipScalar(cursor)
}

/** Skips a string that must be JSON, no deeper than `depthMax`. */
export function skipJson(cursor: ByteCursor, depthMax: number): void {
  const start = cursor.position
  skipText(cursor)
  const end = cursor.position
  if (cursor.problem !== undefined) return
  cursor.position = start
  readVarUint(cursor)
  skipJsonText(cursor, end, depthMax)
}

/** As `skipJson`, or the word `undefined`, which old clients write into arrays. */
export function skipJsonOrUndefined(cursor: ByteCursor, depthMax: number): void {
  if (isAtText(cursor.bytes, cursor.position, 'undefined')) skipText(cursor)
  else skipJson(cursor, depthMax)
}

/**
 * Skips the options of a subdocument: an object of the keys that Yjs writes. It hands all of them to the constructor of a
 * document, so another `guid` would make every later encoding throw, and a `gcFilter` every later edit.
 */
export function skipSubdocumentOptions(cursor: ByteCursor, depthMax: number): void {
  if (cursor.bytes[cursor.position] !== objectTag) {
    fail(cursor, 'the options of a subdocument are not an object')
    return
  }
  cursor.position += 1
  const count = readCount(cursor, 2)
  for (let index = 0; index < count && cursor.problem === undefined; index++) {
    const { position } = cursor
    if (!subdocumentOptions.some((name) => isAtText(cursor.bytes, position, name)))
      fail(cursor, 'a subdocument has an unknown option')
    skipText(cursor)
    skipValue(cursor, depthMax)
  }
}

function skipContainer(cursor: ByteCursor, depthMax: number): void {
  /** How many entries are still to come at each level; objects are counted in negative numbers. */
  const open: number[] = []
  do {
    const left = open.at(-1) ?? 0
    if (left !== 0) {
      open[open.length - 1] = left < 0 ? left + 1 : left - 1
      if (left < 0) skipKey(cursor)
    }
    const tag = cursor.bytes[cursor.position]
    if (tag !== objectTag && tag !== arrayTag) skipScalar(cursor)
    else if (open.length === depthMax) fail(cursor, `a value is nested deeper than ${depthMax}`)
    else {
      cursor.position += 1
      open.push(tag === objectTag ? -readCount(cursor, 2) : readCount(cursor, 1))
    }
    while (open.at(-1) === 0) open.pop()
  } while (open.length > 0 && cursor.problem === undefined)
}

function skipScalar(cursor: ByteCursor): void {
  const tag = cursor.bytes[cursor.position] ?? 0
  cursor.position += 1
  switch (tag) {
    case 127: // undefined
    case 126: // null
    case 121: // false
    case 120: // true
      return
    case 125:
      return skipVarInt(cursor)
    case 124: // 32-bit float
      return skipBytes(cursor, 4)
    case 123: // 64-bit float
    case 122: // 64-bit integer
      return skipBytes(cursor, 8)
    case 119:
      skipText(cursor)
      return
    case 116:
      return skipBytes(cursor, readVarUint(cursor))
    default:
      fail(cursor, 'a value has an unknown type')
  }
}
