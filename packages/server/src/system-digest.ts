import { createHmac, hash } from 'node:crypto'
import type { Digest } from './records/digest.ts'

export const systemDigest: Digest = {
  hash: (text) => hash('sha256', text, 'base64url'),
  sign: (key, text) => createHmac('sha256', key).update(text).digest('base64url'),
}
