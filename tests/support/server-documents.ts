import * as Y from 'yjs'
import type { RunningServer } from './start-server.ts'

/** A document as the server has it committed, over HTTP: its update, applied to a document of its own. */
export async function readServerDocument(server: RunningServer, name: string, token?: string): Promise<Y.Doc | undefined> {
  const response = await fetch(
    `${server.url}/api/v1/documents/${encodeURIComponent(name)}`,
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  )
  if (response.status === 404) return undefined
  if (!response.ok) throw new Error(`GET ${name}: ${response.status} ${await response.text()}`)
  const doc = new Y.Doc()
  Y.applyUpdate(doc, new Uint8Array(await response.arrayBuffer()))
  return doc
}

/** The state as Yjs encodes it, for comparison of whole documents; throws where something is pending. */
export function digestOf(doc: Y.Doc): string {
  if (doc.store.pendingStructs !== null || doc.store.pendingDs !== null)
    throw new Error('the document has pending structs or deletes')
  return Buffer.from(Y.encodeStateAsUpdate(doc)).toString('base64')
}
