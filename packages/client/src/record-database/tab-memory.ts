import { PackedRows } from './packed-rows.ts'
import { SentRows } from './sent-rows.ts'

/** What one tab remembers of its database between transactions, so that it need not be read again. */
export interface TabMemory {
  readonly sentRows: SentRows
  readonly packedRows: PackedRows
}

export function createTabMemory(options: { readonly packFrom?: number } = {}): TabMemory {
  return { sentRows: new SentRows(), packedRows: new PackedRows(options) }
}
