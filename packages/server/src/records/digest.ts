/** Hashing, as much of it as records need: a seam, because it is the host's. */
export interface Digest {
  /** SHA-256 of the text's UTF-8 bytes, base64url without padding. */
  hash(text: string): string
  /** HMAC-SHA-256, base64url without padding. */
  sign(key: Uint8Array, text: string): string
}
