import { useCallback, useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import type { Client } from '../client.ts'
import type { DocumentState, OpenDocument } from '../documents/open-document.ts'
import { useClient } from './client-context.ts'

export interface UsedDocument {
  /** `undefined` while it is being read from this device, and where that failed. */
  readonly document: OpenDocument | undefined
  readonly state: DocumentState
  /** Why the document could not be opened. */
  readonly error?: Error
}

/** What came of opening a document; belongs to one client and one name. */
interface Opened {
  readonly client: Client
  readonly name: string
  readonly document?: OpenDocument
  readonly error?: Error
}

const loading: DocumentState = { status: 'loading', isOnDevice: false, hasUnstored: false, reason: undefined }
const nothing = (): undefined => undefined

/** Opens a document for as long as the component is mounted, and follows its state. */
export function useDocument(name: string): UsedDocument {
  const client = useClient()
  const [latest, setLatest] = useState<Opened>()
  useEffect(() => {
    let isWanted = true
    const show = (opened: Omit<Opened, 'client' | 'name'>): void => {
      if (isWanted) setLatest({ client, name, ...opened })
    }
    const opening = client.documents.open(name)
    opening.then(
      (document) => show({ document }),
      (error: unknown) => show({ error: error instanceof Error ? error : new Error(String(error)) }),
    )
    return () => {
      isWanted = false
      // Nobody is left to be told here: the client's `onTrouble` tells of a device that could not keep the last edits.
      opening.then((document) => document.close()).catch(nothing)
    }
  }, [client, name])
  const opened = latest?.client === client && latest.name === name ? latest : undefined
  const state = useDocumentState(opened)
  return useMemo(
    () => ({ document: opened?.document, state, ...(opened?.error !== undefined && { error: opened.error }) }),
    [opened, state],
  )
}

function useDocumentState(opened: Opened | undefined): DocumentState {
  const document = opened?.document
  const message = opened?.error?.message
  const closed = useMemo<DocumentState>(
    () => (message === undefined ? loading : { ...loading, status: 'unavailable', reason: message }),
    [message],
  )
  const subscribe = useCallback((listener: () => void) => document?.subscribe(listener) ?? nothing, [document])
  const read = (): DocumentState => document?.state ?? closed
  return useSyncExternalStore(subscribe, read, read)
}
