import type { Clock, ErrorCode } from '@rejoin/core'
import type { Admission } from '../admission/admit-update.ts'
import type { KeptVerdict } from './document-store.ts'
import { documentFull, outgrowsDocument } from './document-size.ts'
import type { RoomContent } from './room-content.ts'
import type { RoomLog } from './room-log.ts'

/** A change that the server makes itself, for somebody. */
export interface ServerChange {
  /** Made from committed state; `undefined` where there are verdicts alone. */
  readonly update: Uint8Array | undefined
  /** Whose the client ids of the update are. */
  readonly owner: string
  /** For whom; stands in the log. */
  readonly user: string | null
  /** Of the operations that the update carries out; durable with it or not at all. */
  readonly verdicts: readonly KeptVerdict[]
}

export type WriteResult =
  /** Durable, and on its way to everybody in the room. */
  | { readonly type: 'committed' }
  /** Nothing of it happened, nor will. */
  | { readonly type: 'refused'; readonly code: ErrorCode; readonly reason: string }

export interface ServerWriteParts {
  readonly clock: Clock
  readonly log: RoomLog
  readonly content: RoomContent
}

/** Takes a change of the server in like anybody's: admission, the size of the document, the log. Resolves once its fate is known. */
export function writeFromServer(parts: ServerWriteParts, change: ServerChange): Promise<WriteResult> {
  const { log } = parts
  if (change.update !== undefined) {
    const admission = log.judge(change.update, { user: change.owner, takePrefix: false })
    const refusal = takeIn(parts, change, admission)
    if (refusal !== undefined) return Promise.resolve(refusal)
  }
  const { promise, resolve } = Promise.withResolvers<WriteResult>()
  log.keep(change.verdicts, (isDurable) =>
    resolve(isDurable ? { type: 'committed' } : refused('UNAVAILABLE', 'the change could not be stored')),
  )
  return promise
}

function takeIn(parts: ServerWriteParts, { owner, user }: ServerChange, admission: Admission): WriteResult | undefined {
  switch (admission.type) {
    case 'accepted': {
      if (outgrowsDocument(admission, parts)) return refused('TOO_LARGE', documentFull)
      parts.log.accept(admission, { update: admission.update, user, at: parts.clock.now() }, owner)
      return undefined
    }
    case 'known':
      return undefined
    // It was made from a state that is not this room's: made again from the present one it fits.
    case 'resync':
      return refused('UNAVAILABLE', admission.reason)
    case 'refused':
      return refused(admission.code, admission.reason)
  }
}

function refused(code: ErrorCode, reason: string): WriteResult {
  return { type: 'refused', code, reason }
}
