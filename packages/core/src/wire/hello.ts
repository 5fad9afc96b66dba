import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { z } from 'zod'
import { messageType } from './message-type.ts'

/**
 * The first frame our client gets, always before the server's step 1.
 * On the wire: varUint 101, varString generation, varString access, varString limits (JSON).
 */
export const helloSchema = z.object({
  /** Id of this life of the document; a local copy of another generation must not be sent. */
  generation: z.string().min(1).max(64),
  access: z.enum(['read', 'write']),
  limits: z.object({ frameBytesMax: z.int().positive() }),
})

export type Hello = z.infer<typeof helloSchema>

export function encodeHello(hello: Hello): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, messageType.hello)
  encoding.writeVarString(encoder, hello.generation)
  encoding.writeVarString(encoder, hello.access)
  encoding.writeVarString(encoder, JSON.stringify(hello.limits))
  return encoding.toUint8Array(encoder)
}

/** Reads the body after the message type. Throws where the body is not a hello. */
export function readHello(decoder: decoding.Decoder): Hello {
  return helloSchema.parse({
    generation: decoding.readVarString(decoder),
    access: decoding.readVarString(decoder),
    limits: JSON.parse(decoding.readVarString(decoder)),
  })
}
