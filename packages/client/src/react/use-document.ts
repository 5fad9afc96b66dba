import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { DocumentState, OpenDocument } from '../documents/open-document.ts'
import { useClient } from './client-context.ts'
import { useOpened } from './use-opened.ts'

export interface UsedDocument {
  /** `undefined` while it is being read from this device, and where that failed. */
  readonly document: OpenDocument | undefined
  readonly state: DocumentState
  /** Why the document could not be opened. */
  readonly error?: Error
}

const loading: DocumentState = { status: 'loading', isOnDevice: false, hasUnstored: false, reason: undefined }
const nothing = (): undefined => undefined

/** Opens a document for as long as the component is mounted, and follows its state. */
export function useDocument(name: string): UsedDocument {
  const client = useClient()
  const { opened, error } = useOpened(useCallback(() => client.documents.open(name), [client, name]))
  const state = useDocumentState(opened, error)
  return useMemo(() => ({ document: opened, state, ...(error !== undefined && { error }) }), [opened, error, state])
}

/** The state of a document that may not be open yet, or could not be opened. */
export function useDocumentState(document: OpenDocument | undefined, error: Error | undefined): DocumentState {
  const closed = useMemo<DocumentState>(
    () => (error === undefined ? loading : { ...loading, status: 'unavailable', reason: error.message }),
    [error],
  )
  const subscribe = useCallback((listener: () => void) => document?.subscribe(listener) ?? nothing, [document])
  const read = (): DocumentState => document?.state ?? closed
  return useSyncExternalStore(subscribe, read, read)
}
