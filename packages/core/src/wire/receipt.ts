import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { messageType } from './message-type.ts'

/**
 * So many sync frames (step 2 or update) of this connection, counted from 1 in the order they were sent, have their
 * verdict: stored durably, already stored before, or refused (then a `refused` for that number came first).
 * On the wire: varUint 100, varUint settledCount.
 */
export interface Receipt {
  readonly settledCount: number
}

export function encodeReceipt(receipt: Receipt): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageType.receipt)
  encoding.writeVarUint(encoder, receipt.settledCount)
  return encoding.toUint8Array(encoder)
}

export function readReceipt(decoder: decoding.Decoder): Receipt {
  return { settledCount: decoding.readVarUint(decoder) }
}
