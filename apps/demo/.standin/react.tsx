import { createContext, useContext, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import type { Client, DocumentState, OpenDocument, SyncStatus } from '@rejoin/client'
const C = createContext<Client | undefined>(undefined)
export function RejoinProvider({ client, children }: { client: Client; children: ReactNode }) { return <C value={client}>{children}</C> }
const loading: DocumentState = { status: 'loading', isOnDevice: false, hasUnstored: false, reason: undefined }
export function useDocument(name: string): { document: OpenDocument | undefined; state: DocumentState; error?: Error } {
  const client = useContext(C)!
  const [document, setDocument] = useState<OpenDocument>()
  useEffect(() => { let d: OpenDocument | undefined; let gone = false; void client.documents.open(name).then((o) => { d = o; if (gone) void o.close(); else setDocument(o) }); return () => { gone = true; setDocument(undefined); void d?.close() } }, [client, name])
  const state = useSyncExternalStore((l) => document?.subscribe(l) ?? (() => {}), () => document?.state ?? loading)
  return { document, state }
}
export function useSyncStatus(): SyncStatus { const c = useContext(C)!; return useSyncExternalStore((l) => c.subscribe(l), () => c.syncStatus) }
