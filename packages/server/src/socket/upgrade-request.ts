import { documentNameSchema, limits } from '@rejoin/core'
import { z } from 'zod'

const prefix = '/documents/'

/** Decodes to itself and is allowed if it is not too long: what most documents are called. */
const plainName = /^[\w.-]+$/

const querySchema = z.object({
  client: z.string().optional(),
  protocol: z
    .string()
    .regex(/^\d{1,6}$/)
    .transform(Number)
    .optional(),
  generation: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/)
    .optional(),
})

const noQuery: URLSearchParams = new URLSearchParams()
const nothingAnnounced = querySchema.safeParse({})

/** What an upgrade to a document asks for. */
export interface UpgradeRequest {
  /** `undefined` where the name or the query cannot be a document's. */
  readonly document: string | undefined
  /** Why not, as one sentence. */
  readonly fault: string
  readonly isRejoin: boolean
  /** Version of the private messages that our client speaks. */
  readonly protocol: number | undefined
  readonly generation: string | undefined
  readonly query: URLSearchParams
}

/** Reads the target of an upgrade (path and query, as sent); `undefined` where it is not a document's. The name is percent-decoded once. */
export function readUpgradeRequest(target: string): UpgradeRequest | undefined {
  const queryStart = target.indexOf('?')
  const path = queryStart < 0 ? target : target.slice(0, queryStart)
  if (!path.startsWith(prefix)) return undefined
  const query = queryStart < 0 ? noQuery : new URLSearchParams(target.slice(queryStart + 1))
  const isRejoin = query.get('client') === 'rejoin'
  const name = readName(path.slice(prefix.length))
  const announced = isRejoin ? querySchema.safeParse(Object.fromEntries(query)) : nothingAnnounced
  const fault = typeof name === 'object' ? name.fault : 'the query of the connection is malformed'
  const document = typeof name === 'string' && announced.success ? name : undefined
  return { document, fault, isRejoin, protocol: announced.data?.protocol, generation: announced.data?.generation, query }
}

function readName(encoded: string): string | { readonly fault: string } {
  if (encoded.length <= limits.documentNameBytesMax && plainName.test(encoded)) return encoded
  const decoded = percentDecode(encoded)
  if (decoded === undefined) return { fault: 'the document name is not percent-encoded UTF-8' }
  const name = documentNameSchema.safeParse(decoded)
  return name.success ? name.data : { fault: name.error.issues[0]?.message ?? 'the document name is not allowed' }
}

function percentDecode(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
