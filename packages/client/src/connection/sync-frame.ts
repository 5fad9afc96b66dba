import { messageType, syncType } from '@rejoin/core'
import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'

/** A y-websocket sync frame, as far as the numbering needs to know. */
export interface SyncFrame {
  readonly kind: 'step1' | 'step2' | 'update'
  /** State vector or Yjs V1 update. */
  readonly payload: Uint8Array
}

/** The sync frame in a message, or `undefined` for any other message. Throws on a message that is malformed. */
export function readSyncFrame(message: Uint8Array): SyncFrame | undefined {
  const decoder = decoding.createDecoder(message)
  if (decoding.readVarUint(decoder) !== messageType.sync) return undefined
  const kind = kindOf(decoding.readVarUint(decoder))
  return kind === undefined ? undefined : { kind, payload: decoding.readVarUint8Array(decoder) }
}

function kindOf(type: number): SyncFrame['kind'] | undefined {
  if (type === syncType.step1) return 'step1'
  if (type === syncType.step2) return 'step2'
  return type === syncType.update ? 'update' : undefined
}

export function encodeUpdateFrame(update: Uint8Array): Uint8Array<ArrayBuffer> {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageType.sync)
  encoding.writeVarUint(encoder, syncType.update)
  encoding.writeVarUint8Array(encoder, update)
  return encoding.toUint8Array(encoder)
}

/** An awareness message about nobody. */
export function encodeEmptyAwareness(): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageType.awareness)
  encoding.writeVarUint8Array(encoder, Uint8Array.of(0))
  return encoding.toUint8Array(encoder)
}
