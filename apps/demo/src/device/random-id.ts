const randomBytes = 12

/** An id that nobody else makes: 16 characters of 96 random bits. Unlike `crypto.randomUUID`, to be had on plain-http origins too, where teams host themselves. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(randomBytes))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
}
