import type { KnownDelta } from '../admission/known-state.ts'
import type { ClientBinding, KeptVerdict, LogRow } from './document-store.ts'
import type { Slot } from './member.ts'

/** What a room has admitted and hands to the log together. */
export interface Batch {
  readonly rows: LogRow[]
  /** One for each row, in order: reverting them in reverse undoes the admission. */
  readonly deltas: KnownDelta[]
  readonly bindings: ClientBinding[]
  /** Frames that are settled once this is durable: those it stores, and repeats of what it stores. */
  readonly slots: Slot[]
  /** Of operations whose effect is in the rows. */
  readonly verdicts: KeptVerdict[]
  /** Told whether this became durable: those who write without a connection. */
  readonly writers: ((isDurable: boolean) => void)[]
  byteLength: number
}

export function createBatch(): Batch {
  return { rows: [], deltas: [], bindings: [], slots: [], verdicts: [], writers: [], byteLength: 0 }
}
