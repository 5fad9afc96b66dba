import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto'
import type { Digest } from './records/digest.ts'

/** Importing a key costs six times what signing does. */
const keyObjectByKey = new WeakMap<Uint8Array, KeyObject>()

export const systemDigest: Digest = {
  hash: (text) => hash('sha256', text, 'base64url'),
  sign: (key, text) => createHmac('sha256', keyObjectOf(key)).update(text).digest('base64url'),
}

function keyObjectOf(key: Uint8Array): KeyObject {
  const known = keyObjectByKey.get(key)
  if (known !== undefined) return known
  const imported = createSecretKey(key)
  keyObjectByKey.set(key, imported)
  return imported
}
