import { type ClientDeletes, readDeleteSet } from './delete-set.ts'
import { createStructReader, readSection, readSectionCount, readStruct, type StructReader } from './struct-reader.ts'

/**
 * Walks bytes that were admitted before: `enterSection` at each client, `visitStruct` at each of its structs, `leaveSection`
 * behind them; returns the delete set. Throws where the bytes are not an update: what was admitted cannot have become wrong.
 */
export interface StateVisitor {
  enterSection?(reader: StructReader, structCount: number): void
  visitStruct?(reader: StructReader): void
  leaveSection?(reader: StructReader): void
}

export function readState(state: Uint8Array, visitor: StateVisitor): readonly ClientDeletes[] {
  const reader = createStructReader(state, undefined)
  const sectionCount = readSectionCount(reader)
  for (let section = 0; section < sectionCount && reader.problem === undefined; section++) {
    const structCount = readSection(reader)
    visitor.enterSection?.(reader, structCount)
    for (let index = 0; index < structCount && reader.problem === undefined; index++) {
      readStruct(reader)
      visitor.visitStruct?.(reader)
    }
    visitor.leaveSection?.(reader)
  }
  const entries = readDeleteSet(reader)
  if (reader.problem !== undefined) throw new Error(`a stored update is broken: ${reader.problem}`)
  if (reader.position < reader.end) throw new Error('a stored update goes on after its end')
  return entries
}
