import { promisify } from 'node:util'
import { gunzip, inflate } from 'node:zlib'

/** By the name in `Content-Encoding`. One of them, once: a chain multiplies what a small body may grow to. */
const inflateByEncoding = new Map([
  ['gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
])

/** For `Accept-Encoding` of a 415. */
export const bodyEncodings: readonly string[] = [...inflateByEncoding.keys()]

export function isBodyEncoding(encoding: string): boolean {
  return encoding === 'identity' || inflateByEncoding.has(encoding)
}

export type InflatedBody =
  | { readonly type: 'body'; readonly bytes: Uint8Array }
  | { readonly type: 'tooLarge' }
  /** The bytes are not what the encoding makes. */
  | { readonly type: 'damaged' }

/** Inflates away from the main thread, and no further than the bound: what a bomb would grow to is never made. */
export async function inflateBody(bytes: Uint8Array, encoding: string, bytesMax: number): Promise<InflatedBody> {
  const inflateBytes = inflateByEncoding.get(encoding)
  if (inflateBytes === undefined) return bytes.length > bytesMax ? { type: 'tooLarge' } : { type: 'body', bytes }
  try {
    return { type: 'body', bytes: await inflateBytes(bytes, { maxOutputLength: bytesMax }) }
  } catch (error) {
    const isTooLarge = error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    return { type: isTooLarge ? 'tooLarge' : 'damaged' }
  }
}
