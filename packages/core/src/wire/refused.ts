import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { z } from 'zod'
import { errorTable, type ErrorCode } from '../errors.ts'
import { messageType } from './message-type.ts'

/**
 * The sync frame with this number (counted as in `Receipt`) will not be stored. The client sets its content aside.
 * On the wire: varUint 103, varUint frameNumber, varString code, varString reason.
 */
export const refusedSchema = z.object({
  frameNumber: z.int().positive(),
  code: z.custom<ErrorCode>((code) => typeof code === 'string' && Object.hasOwn(errorTable, code)),
  /** One sentence for a person. */
  reason: z.string(),
})

export type Refused = z.infer<typeof refusedSchema>

export function encodeRefused(refused: Refused): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageType.refused)
  encoding.writeVarUint(encoder, refused.frameNumber)
  encoding.writeVarString(encoder, refused.code)
  encoding.writeVarString(encoder, refused.reason)
  return encoding.toUint8Array(encoder)
}

/** Reads the body after the message type. Throws where the body is not a refusal of the table. */
export function readRefused(decoder: decoding.Decoder): Refused {
  return refusedSchema.parse({
    frameNumber: decoding.readVarUint(decoder),
    code: decoding.readVarString(decoder),
    reason: decoding.readVarString(decoder),
  })
}
