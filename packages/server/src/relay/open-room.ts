import { decodeKnownState } from '../admission/known-state-bytes.ts'
import { knownStateOf } from '../admission/known-state-of.ts'
import type { ClientBinding, StoredSnapshot } from './document-store.ts'
import { RoomContent } from './room-content.ts'
import { Room, type RoomHost } from './room.ts'

/** What was loaded, or the empty beginning of a life. */
export interface RoomSource {
  readonly generation: string
  readonly seq?: number
  readonly snapshot?: StoredSnapshot | undefined
  readonly tail?: readonly Uint8Array[]
  readonly bindings?: readonly ClientBinding[]
}

/** A room over what the store has of a document. Throws where that cannot be made sense of: never an empty room instead (P9). */
export function openRoom(document: string, source: RoomSource, host: RoomHost): Room {
  const { generation, seq = 0, snapshot, tail = [], bindings = [] } = source
  const content = new RoomContent({ snapshot, tail })
  const isFolded = snapshot !== undefined && tail.length === 0
  const known = isFolded ? decodeKnownState(snapshot.known) : knownStateOf(content.encodeState())
  return new Room({ document, generation, seq, snapshotSeq: snapshot?.seq ?? 0, content, known, bindings }, host)
}
