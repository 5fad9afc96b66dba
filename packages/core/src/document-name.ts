import { utf8ByteLength } from 'lib0/string'
import { z } from 'zod'
import { limits } from './limits.ts'

const controlCharacter = /\p{Cc}/u
const loneSurrogate = /\p{Surrogate}/u

/** A document's name inside its tenant: 1 to 256 bytes of UTF-8, no control characters; `/` is allowed. */
export const documentNameSchema = z
  .string()
  .min(1, 'a document name cannot be empty')
  .refine((name) => utf8ByteLength(name) <= limits.documentNameBytesMax, `a document name has at most ${limits.documentNameBytesMax} bytes of UTF-8`)
  .refine((name) => !controlCharacter.test(name), 'a document name has no control characters')
  .refine((name) => !loneSurrogate.test(name), 'a document name is well-formed Unicode')
