import { type ByteCursor, fail, readCount, readVarUint, skipBytes } from './byte-cursor.ts'
import { skipKey, skipText } from './text.ts'
import { skipJson, skipJsonOrUndefined, skipSubdocumentOptions, skipValue } from './value.ts'

/** The low five bits of a struct's first byte: what it holds. */
export const contentRef = {
  gc: 0,
  deleted: 1,
  json: 2,
  binary: 3,
  string: 4,
  embed: 5,
  format: 6,
  type: 7,
  any: 8,
  document: 9,
  skip: 10,
} as const

/** The high bits of a struct's first byte: which references follow. */
export const structFlag = { origin: 0x80, rightOrigin: 0x40, parentSub: 0x20 } as const

const refMask = 0x1f
/** Type ids 0-6: array, map, text, XML element, fragment, hook, XML text. The element and the hook carry a name. */
const typeRefMax = 6
const namedTypeRefs = new Set([3, 5])

/**
 * Reads the structs of a Yjs V1 update one after the other, building nothing: its fields describe the struct it has
 * just read and are overwritten by the next. A clock of -1 says that there is no such reference.
 */
export interface StructReader extends ByteCursor {
  /** Deepest nesting of a value; `undefined` for bytes that were judged before, whose values are only skipped. */
  readonly valueDepthMax: number | undefined
  client: number
  clock: number
  length: number
  /** First byte of the struct. */
  info: number
  ref: number
  originClient: number
  originClock: number
  rightClient: number
  rightClock: number
  parentClient: number
  parentClock: number
  /** Byte offset of the struct; it ends at `position`. */
  start: number
  /** Byte offset of what follows its references. */
  contentStart: number
}

export function createStructReader(update: Uint8Array, valueDepthMax: number | undefined): StructReader {
  return {
    bytes: update,
    end: update.length,
    position: 0,
    problem: undefined,
    valueDepthMax,
    client: 0,
    clock: 0,
    length: 0,
    info: 0,
    ref: 0,
    originClient: 0,
    originClock: -1,
    rightClient: 0,
    rightClock: -1,
    parentClient: 0,
    parentClock: -1,
    start: 0,
    contentStart: 0,
  }
}

/** How many clients have structs in the update. Each takes at least a count, an id and a clock. */
export function readSectionCount(reader: StructReader): number {
  return readCount(reader, 3)
}

/** Enters the structs of the next client and returns how many there are. */
export function readSection(reader: StructReader): number {
  const count = readVarUint(reader)
  reader.client = readVarUint(reader)
  reader.clock = readVarUint(reader)
  reader.length = 0
  return count * 2 > reader.end - reader.position ? fail(reader, 'the update declares more structs than it holds') : count
}

/** Reads the next struct of the client: it begins where the one before it ended. */
export function readStruct(reader: StructReader): void {
  reader.clock += reader.length
  reader.start = reader.position
  const info = reader.bytes[reader.position++]
  if (info === undefined) {
    fail(reader, 'the update ends before a struct')
    return
  }
  reader.info = info
  reader.ref = info & refMask
  reader.originClock = -1
  reader.rightClock = -1
  reader.parentClock = -1
  if (info === contentRef.gc || info === contentRef.skip) reader.length = readVarUint(reader)
  else if (reader.ref === contentRef.gc || reader.ref >= contentRef.skip) fail(reader, 'a struct has an unknown kind')
  else {
    readReferences(reader, info)
    reader.contentStart = reader.position
    reader.length = readContentLength(reader)
  }
  if (reader.length === 0) fail(reader, 'a struct is empty')
  else if (reader.length > Number.MAX_SAFE_INTEGER - reader.clock) fail(reader, 'a clock is larger than 2^53 - 1')
}

/** Garbage and gaps have a length and nothing else: they lie nowhere. */
export function isItem(reader: StructReader): boolean {
  return reader.ref !== contentRef.gc && reader.ref !== contentRef.skip
}

/** Whether the struct says itself where it lies; the others lie beside the neighbour they name. */
export function hasOwnPlace(reader: StructReader): boolean {
  return isItem(reader) && (reader.info & (structFlag.origin | structFlag.rightOrigin)) === 0
}

/** Whether the struct holds several values that are not deleted, between which Yjs may split it. */
export function isLiveRun(reader: StructReader): boolean {
  const { ref } = reader
  return reader.length > 1 && (ref === contentRef.string || ref === contentRef.any || ref === contentRef.json)
}

function readReferences(reader: StructReader, info: number): void {
  if ((info & structFlag.origin) !== 0) {
    reader.originClient = readVarUint(reader)
    reader.originClock = readVarUint(reader)
  }
  if ((info & structFlag.rightOrigin) !== 0) {
    reader.rightClient = readVarUint(reader)
    reader.rightClock = readVarUint(reader)
  }
  // Only a struct without neighbours names its parent; the others are in the parent of their neighbour.
  if ((info & (structFlag.origin | structFlag.rightOrigin)) !== 0) return
  const isRoot = readVarUint(reader)
  if (isRoot === 1) skipKey(reader)
  else if (isRoot === 0) {
    reader.parentClient = readVarUint(reader)
    reader.parentClock = readVarUint(reader)
  } else fail(reader, 'a parent is neither a root nor an id')
  if ((info & structFlag.parentSub) !== 0) skipKey(reader)
}

/** How many clocks the content takes. */
function readContentLength(reader: StructReader): number {
  switch (reader.ref) {
    case contentRef.deleted:
      return readVarUint(reader)
    case contentRef.string:
      return skipText(reader)
    case contentRef.json:
    case contentRef.any:
      return skipMany(reader)
    case contentRef.type:
      return skipType(reader)
    default:
      return skipSingle(reader)
  }
}

function skipMany(reader: StructReader): number {
  const count = readCount(reader, 1)
  for (let index = 0; index < count && reader.problem === undefined; index++) skipElement(reader)
  return count
}

/** One of the values of a JSON or any struct. */
export function skipElement(reader: StructReader): void {
  if (reader.ref === contentRef.any) skipValue(reader, reader.valueDepthMax ?? Number.POSITIVE_INFINITY)
  else if (reader.valueDepthMax === undefined) skipBytes(reader, readVarUint(reader))
  else skipJsonOrUndefined(reader, reader.valueDepthMax)
}

function skipType(reader: StructReader): number {
  const type = readVarUint(reader)
  if (type > typeRefMax) return fail(reader, 'a struct holds an unknown type')
  if (namedTypeRefs.has(type)) skipText(reader)
  return 1
}

function skipSingle(reader: StructReader): number {
  switch (reader.ref) {
    case contentRef.binary:
      skipBytes(reader, readVarUint(reader))
      return 1
    case contentRef.format:
      skipKey(reader)
      skipJsonContent(reader)
      return 1
    case contentRef.embed:
      skipJsonContent(reader)
      return 1
    default:
      skipText(reader)
      skipSubdocumentOptions(reader, reader.valueDepthMax ?? Number.POSITIVE_INFINITY)
      return 1
  }
}

function skipJsonContent(reader: StructReader): void {
  if (reader.valueDepthMax === undefined) skipBytes(reader, readVarUint(reader))
  else skipJson(reader, reader.valueDepthMax)
}
