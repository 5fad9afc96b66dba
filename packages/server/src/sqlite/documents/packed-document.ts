import type { LoadedDocument } from '../../relay/document-store.ts'
import type { ReadDocument } from './document-reader.ts'

/** A read document on its way to another thread: all updates in one buffer, which moves instead of being copied. */
export type PackedDocument =
  | Exclude<ReadDocument, { type: 'live' }>
  | (Omit<Extract<ReadDocument, { type: 'live' }>, 'snapshot' | 'tail'> & {
      readonly snapshotSeq: number | undefined
      readonly bytes: Uint8Array<ArrayBuffer>
      /** Of the snapshot's known state and update, if there is one, then of each row. */
      readonly byteLengths: Uint32Array<ArrayBuffer>
    })

export function packDocument(document: ReadDocument): PackedDocument {
  if (document.type !== 'live') return document
  const { snapshot, tail, ...rest } = document
  const updates = snapshot === undefined ? tail : [snapshot.known, snapshot.update, ...tail]
  const byteLengths = Uint32Array.from(updates, (update) => update.byteLength)
  const bytes = new Uint8Array(byteLengths.reduce((sum, length) => sum + length, 0))
  let at = 0
  for (const update of updates) {
    bytes.set(update, at)
    at += update.byteLength
  }
  return { ...rest, snapshotSeq: snapshot?.seq, bytes, byteLengths }
}

/** The updates are views of one buffer. */
export function unpackDocument(packed: PackedDocument): LoadedDocument {
  if (packed.type !== 'live') return packed
  const { generation, seq, snapshotSeq, bytes, byteLengths, committedAt, bindings } = packed
  let at = 0
  const tail: Uint8Array[] = []
  for (const length of byteLengths) tail.push(bytes.subarray(at, (at += length)))
  if (snapshotSeq === undefined) return { type: 'live', generation, seq, snapshot: undefined, tail, committedAt, bindings }
  const [known, update, ...rows] = tail
  const snapshot = known === undefined || update === undefined ? undefined : { seq: snapshotSeq, update, known }
  return { type: 'live', generation, seq, snapshot, tail: rows, committedAt, bindings }
}
