/** What servers need to understand a body. Everything else the browser adds by itself, or it belongs to the moment. */
const usualHeaders: ReadonlySet<string> = new Set([
  'accept',
  'accept-language',
  'content-encoding',
  'content-language',
  'content-type',
  'if-match',
  'if-none-match',
  'if-unmodified-since',
  'prefer',
  'x-requested-with',
])

/** Whatever lets somebody in is not kept: it would lie on the device, and be too old when it is needed. */
const secretName =
  /auth(?!ors?(?![a-z]))|cookie|token|secret|passw|session|credential|signature|csrf|xsrf|jwt|(?:api|access|private)[-_]?key|(?<![a-z])(?:sig|sid|pwd|otp)(?![a-z])/i

/** The headers that are kept with a request, names in lower case. */
export function keptHeaders(headers: Headers, named: readonly string[] = []): Record<string, string> {
  const wanted = new Set([...usualHeaders, ...named.map((name) => name.toLowerCase())])
  return Object.fromEntries([...headers].filter(([name]) => wanted.has(name) && !secretName.test(name)))
}

/** Whether an address lets somebody in by itself: then it is not kept either. */
export function hasSecret({ username, password, searchParams }: URL): boolean {
  return username !== '' || password !== '' || [...searchParams.keys()].some((name) => secretName.test(name))
}
