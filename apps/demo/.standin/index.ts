import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness'
import * as Y from 'yjs'
import type { Client, ClientOptions } from '../../../packages/client/src/client.ts'
import type { DocumentState, OpenDocument } from '../../../packages/client/src/documents/open-document.ts'
export type { Client, ClientOptions, ClientAuth, SyncStatus } from '../../../packages/client/src/client.ts'
export type { DocumentState, DocumentStatus, OpenDocument } from '../../../packages/client/src/documents/open-document.ts'
export type { SetAsideCopy, StoreTrouble } from '../../../packages/client/src/store/document-store.ts'
export function createClient(_options: ClientOptions): Client {
  let isOnline = true
  const flips = new Set<() => void>()
  const status = { status: 'stored', dirtyDocuments: 0, setAsideCopies: 0 } as const
  return {
    documents: {
      async open(name: string): Promise<OpenDocument> {
        const doc = new Y.Doc(); const awareness = new Awareness(doc)
        const ch = new BroadcastChannel('standin ' + name)
        let state: DocumentState = { status: 'stored', isOnDevice: true, hasUnstored: false, reason: undefined }
        const ls = new Set<() => void>()
        const set = (s: Partial<DocumentState>) => { state = { ...state, ...s }; ls.forEach((l) => l()) }
        let t: ReturnType<typeof setTimeout>
        doc.on('update', (u: Uint8Array, origin: unknown) => {
          if (origin === ch) return
          if (!isOnline) return set({ status: 'offline', hasUnstored: true })
          set({ status: 'saving', hasUnstored: true }); clearTimeout(t)
          t = setTimeout(() => { ch.postMessage({ u }); set({ status: 'stored', hasUnstored: false }) }, 80)
        })
        awareness.on('update', ({ added, updated, removed }: any, origin: unknown) => { if (origin !== ch && isOnline) ch.postMessage({ a: encodeAwarenessUpdate(awareness, [...added, ...updated, ...removed]) }) })
        ch.onmessage = ({ data }) => {
          if (!isOnline) return
          if (data.u) Y.applyUpdate(doc, data.u, ch)
          if (data.a) applyAwarenessUpdate(awareness, data.a, ch)
          if (data.hello) { ch.postMessage({ u: Y.encodeStateAsUpdate(doc) }); ch.postMessage({ a: encodeAwarenessUpdate(awareness, [doc.clientID]) }) }
        }
        ch.postMessage({ hello: 1 })
        flips.add(() => { if (isOnline) { ch.postMessage({ hello: 1 }); ch.postMessage({ u: Y.encodeStateAsUpdate(doc) }); set({ status: 'stored', hasUnstored: false }) } else set({ status: 'offline' }) })
        return { name, doc, awareness, get state() { return state }, subscribe(l) { ls.add(l); return () => ls.delete(l) }, receipt: () => ({ device: Promise.resolve(), stored: Promise.resolve() }), async close() { ch.close(); awareness.destroy(); doc.destroy() } }
      },
      listSetAside: async () => [], exportSetAside: async () => undefined, discardSetAside: async () => {},
    },
    get syncStatus() { return status }, subscribe: () => () => {}, onTrouble: () => () => {},
    setOnline(v) { isOnline = v; flips.forEach((f) => f()) }, get isOnline() { return isOnline }, close: async () => {},
  }
}
