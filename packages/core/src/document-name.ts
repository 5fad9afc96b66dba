import { utf8ByteLength } from 'lib0/string'
import { z } from 'zod'
import { limits } from './limits.ts'

const controlCharacter = /\p{Cc}/u
const loneSurrogate = /\p{Surrogate}/u

/** A document's name inside its tenant: 1 to 256 bytes of UTF-8, no control characters; `/` is allowed. */
export const documentNameSchema = z
  .string()
  .min(1, 'a document name cannot be empty')
  // First, and alone: measuring ill-formed text throws.
  .refine((name) => !loneSurrogate.test(name), { error: 'a document name is well-formed Unicode', abort: true })
  .refine(
    (name) => utf8ByteLength(name) <= limits.documentNameBytesMax,
    `a document name has at most ${limits.documentNameBytesMax} bytes of UTF-8`,
  )
  .refine((name) => !controlCharacter.test(name), 'a document name has no control characters')
