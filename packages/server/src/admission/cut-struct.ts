import { type Encoder, writeUint8, writeUint8Array, writeVarString, writeVarUint } from 'lib0/encoding'
import { readVarUint } from './byte-cursor.ts'
import { contentRef, skipElement, structFlag, type StructReader } from './struct-reader.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Writes the part of the reader's struct that begins `offset` clocks in, as Yjs itself would: it follows its own left part.
 * The reader must stand behind the struct, and `offset` within it.
 */
export function writeCutStruct(encoder: Encoder, reader: StructReader, offset: number): void {
  if (reader.ref === contentRef.gc || reader.ref === contentRef.skip) {
    writeUint8(encoder, reader.info)
    writeVarUint(encoder, reader.length - offset)
    return
  }
  writeUint8(encoder, reader.info | structFlag.origin)
  writeVarUint(encoder, reader.client)
  writeVarUint(encoder, reader.clock + offset - 1)
  if (reader.rightClock >= 0) {
    writeVarUint(encoder, reader.rightClient)
    writeVarUint(encoder, reader.rightClock)
  }
  writeCutContent(encoder, reader, offset)
}

function writeCutContent(encoder: Encoder, reader: StructReader, offset: number): void {
  switch (reader.ref) {
    case contentRef.deleted:
      writeVarUint(encoder, reader.length - offset)
      return
    case contentRef.string:
      return writeCutText(encoder, reader, offset)
    case contentRef.any:
    case contentRef.json:
      return writeCutElements(encoder, reader, offset)
    default:
      throw new Error('a struct of one clock cannot be cut')
  }
}

/** Inside a surrogate pair, the encoder makes a replacement character of the half that is left; Yjs does the same on both sides. */
function writeCutText(encoder: Encoder, reader: StructReader, offset: number): void {
  const end = reader.position
  reader.position = reader.contentStart
  readVarUint(reader)
  const text = decoder.decode(reader.bytes.subarray(reader.position, end))
  reader.position = end
  writeVarString(encoder, text.slice(offset))
}

function writeCutElements(encoder: Encoder, reader: StructReader, offset: number): void {
  const end = reader.position
  reader.position = reader.contentStart
  const count = readVarUint(reader)
  for (let index = 0; index < offset; index++) skipElement(reader)
  writeVarUint(encoder, count - offset)
  writeUint8Array(encoder, reader.bytes.subarray(reader.position, end))
  reader.position = end
}
