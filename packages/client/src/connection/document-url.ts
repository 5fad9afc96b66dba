import { documentNameSchema, protocolVersion } from '@rejoin/core'

const dotSegment = /(?:^|\/)\.{1,2}(?:\/|$)/

/** `http(s)://` and `ws(s)://` mean the same server. Throws on any other address. */
export function documentsUrl(serverUrl: string): string {
  const url = new URL(serverUrl)
  const isPlain = url.protocol === 'http:' || url.protocol === 'ws:'
  if (!isPlain && url.protocol !== 'https:' && url.protocol !== 'wss:')
    throw new TypeError(`not the address of a server: ${serverUrl}`)
  const path = url.pathname.replace(/\/+$/, '')
  return `${isPlain ? 'ws' : 'wss'}://${url.host}${path}/documents`
}

/**
 * The name as the rest of a URL's path, which the server decodes once. `/` stays a separator, except in names that browsers would take
 * for relative paths. Throws on names that no server could be asked for.
 */
export function documentPath(name: string): string {
  const parsed = documentNameSchema.safeParse(name)
  if (!parsed.success) throw new TypeError(parsed.error.issues[0]?.message ?? 'not the name of a document')
  if (name === '.' || name === '..') throw new TypeError(`a document cannot be named ${name}`)
  return dotSegment.test(name) ? encodeURIComponent(name) : name.split('/').map(encodeURIComponent).join('/')
}

/** What our client announces about itself and its copy. */
export function documentQuery(generation: string | undefined): Record<string, string> {
  const announced = { client: 'rejoin', protocol: String(protocolVersion) }
  return generation === undefined ? announced : { ...announced, generation }
}
