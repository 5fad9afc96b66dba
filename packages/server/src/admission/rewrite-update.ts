import { createEncoder, type Encoder, toUint8Array, writeUint8Array, writeVarUint } from 'lib0/encoding'
import { writeCutStruct } from './cut-struct.ts'
import { type ClientDeletes, writeDeleteSet } from './delete-set.ts'
import type { Section } from './scan-update.ts'
import { createStructReader, readStruct } from './struct-reader.ts'

/** An update of the new structs of the sections, up to their ends, and these deletes: nothing that is known already. */
export function rewriteUpdate(update: Uint8Array, sections: readonly Section[], deletes: readonly ClientDeletes[]): Uint8Array {
  const encoder = createEncoder()
  const filled = sections.filter((section) => section.endCount > 0)
  writeVarUint(encoder, filled.length)
  for (const section of filled) writeSection(encoder, update, section)
  writeDeleteSet(encoder, deletes)
  return toUint8Array(encoder)
}

function writeSection(encoder: Encoder, update: Uint8Array, section: Section): void {
  writeVarUint(encoder, section.endCount)
  writeVarUint(encoder, section.client)
  writeVarUint(encoder, section.known)
  let from = section.firstOffset
  if (section.firstClock < section.known) {
    const reader = createStructReader(update, undefined)
    reader.client = section.client
    reader.clock = section.firstClock
    reader.position = section.firstOffset
    readStruct(reader)
    writeCutStruct(encoder, reader, section.known - section.firstClock)
    from = reader.position
  }
  writeUint8Array(encoder, update.subarray(from, section.endOffset))
}
