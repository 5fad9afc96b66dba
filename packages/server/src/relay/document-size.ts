import type { Admission } from '../admission/admit-update.ts'
import { relayLimits } from './relay-limits.ts'
import type { RoomContent } from './room-content.ts'
import type { RoomLog } from './room-log.ts'

export const documentFull = 'the document has reached its largest size'

/** Whether the update would make the document too large. What only deletes may always come in: it is the way back from the limit. */
export function outgrowsDocument(
  { update, delta }: Extract<Admission, { type: 'accepted' }>,
  { content, log }: { readonly content: Pick<RoomContent, 'byteLength'>; readonly log: Pick<RoomLog, 'pendingBytes'> },
): boolean {
  return content.byteLength + log.pendingBytes + update.length > relayLimits.documentBytesMax && delta.clocks.length > 0
}
